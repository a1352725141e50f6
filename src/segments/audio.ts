import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Codec } from '../encode/codecs';
import { type EncodePlan, encoderMissing } from '../encode/planEncoder';
import { FilmgateError, invalidOption } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { runFFmpeg } from '../ffmpeg/runFFmpeg';
import { type FrameRate, frameTime } from '../frames/rate';

/** A file with sound, and where in the video it is heard. */
export interface AudioTrack {
  /** Path of a file that FFmpeg reads; of several sounds in it, the first. */
  readonly path: string;
  /** When it begins, in seconds from the video's start. Default 0. */
  readonly offset?: number;
  /** How loud, 1 being as it is. Default 1. */
  readonly volume?: number;
}

/** Samples a second of the sound that is made. */
export const SAMPLE_RATE = 48_000;
const FORM = 'give a file, such as music.mp3 or music.mp3@2.5s,volume=0.5';
const SETTINGS = /(?:@(\d+(?:\.\d+)?|\.\d+)s?)?(?:,volume=(\d+(?:\.\d+)?|\.\d+))?$/;

/**
 * Reads `music.mp3`, `music.mp3@2.5s`, `music.mp3,volume=0.5`, `music.mp3@2.5s,volume=0.5`. A file that has such a name
 * is taken for itself.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseAudioTrack(input: string | AudioTrack): AudioTrack {
  const track = typeof input === 'string' ? readTrack(input) : input;
  const { path, offset = 0, volume = 1 } = track;
  if (typeof path !== 'string' || path === '') throw invalidOption('audio', String(path), FORM);
  if (!(offset >= 0 && Number.isFinite(offset))) {
    throw invalidOption('audio.offset', offset, 'give seconds from the start, 0 or more');
  }
  if (!(volume >= 0 && volume <= 100))
    throw invalidOption('audio.volume', volume, 'give a factor from 0 to 100');
  return { path, offset, volume };
}

function readTrack(text: string): AudioTrack {
  const path = pathIn(text);
  const match = SETTINGS.exec(text.slice(path.length));
  if (match?.index === 0) return { path, offset: Number(match[1] ?? 0), volume: Number(match[2] ?? 1) };
  throw invalidOption('audio', text, `${JSON.stringify(text.slice(path.length))} is not understood: ${FORM}`);
}

/** The longest beginning that is a file, which may have an @ or a comma in its name; or else what is before settings. */
function pathIn(text: string): string {
  const ends = [...text.matchAll(/[@,]/g)].map(({ index }) => index);
  const files = [text.length, ...ends.reverse()].map((end) => text.slice(0, end));
  return files.find(isFile) ?? text.slice(0, SETTINGS.exec(text)?.index);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Checks that all tracks can be heard in a video of so many frames.
 *
 * @throws FilmgateError `AUDIO_INVALID`, `ENCODER_MISSING`, `INVALID_OPTION`
 */
export async function checkAudio(
  { codec, extension, ffmpeg, input, encoderTimeout }: EncodePlan,
  tracks: readonly AudioTrack[],
  frames: number,
  signal: AbortSignal,
): Promise<void> {
  if (codec === 'gif' || codec === 'png') {
    throw invalidOption('audio', tracks[0]?.path, `${codec} has no sound: choose an mp4, mov, mkv or webm`);
  }
  const encoder = audioEncoder(codec, extension);
  const found = await findFFmpeg(ffmpeg.path, signal);
  if (!found.encoders.has(encoder)) throw encoderMissing(found, [encoder], `sound in ${extension}`);
  const end = frameTime(frames, input.fps);
  for (const { path, offset = 0 } of tracks) {
    if (offset >= end)
      throw invalidOption('audio.offset', offset, `the video ends at ${end} s: begin ${path} before`);
    if (!isFile(path)) {
      throw new FilmgateError('AUDIO_INVALID', `audio: there is no file ${resolve(path)}`);
    }
    await listen(ffmpeg.path, path, signal, encoderTimeout);
  }
}

async function listen(ffmpeg: string, path: string, signal: AbortSignal, stallLimit?: number): Promise<void> {
  const args = ['-i', fileUrl(path), '-map', '0:a:0', '-frames:a', '1', '-f', 'framecrc', 'pipe:1'];
  let hasSamples = false;
  const onLine = (line: string) => {
    hasSamples ||= !line.startsWith('#');
  };
  const noAudio = (why: string, cause?: unknown) => {
    const message = `audio: ${path} has no audio stream that FFmpeg can decode. ${why}`;
    return new FilmgateError('AUDIO_INVALID', message, { cause });
  };
  await runFFmpeg(ffmpeg, args, `decode ${path}`, { signal, stallLimit, onLine }).catch((cause) => {
    throw cause.code === 'ENCODE_FAILED' ? noAudio(cause.message, cause) : cause;
  });
  if (!hasSamples) throw noAudio('It ends before its first sample.');
}

/** The tracks as inputs, after the video's own. */
export function audioInputs(tracks: readonly AudioTrack[]): string[] {
  return tracks.flatMap(({ path }) => ['-i', fileUrl(path)]);
}

/**
 * A filter graph that mixes the tracks to `[sound]`, of exactly the video's length: 48 kHz, stereo. PCM and Opus keep the
 * length to the sample. AAC has whole frames of 1024 samples: an mp4 or mov says to the sample where the last one ends, and
 * FFmpeg decodes the silence behind that too; an mkv cannot say it.
 */
export function audioMix(tracks: readonly AudioTrack[], frames: number, fps: FrameRate): string {
  const samples = Math.round((frames * fps.denominator * SAMPLE_RATE) / fps.numerator);
  const parts = tracks.map(({ offset = 0, volume = 1 }, track) => {
    const delay = `adelay=delays=${Math.round(offset * SAMPLE_RATE)}S:all=1`;
    // Where a file's sound begins after its start, it does so here.
    const form = `aresample=${SAMPLE_RATE}:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=mono|stereo`;
    const stereo = 'pan=stereo|FL=FL+FC|FR=FR+FC'; // FFmpeg's own way takes 3 dB from a mono track.
    return `[${track + 1}:a:0]${form},${stereo},volume=${volume},${delay}[track${track}]`;
  });
  const all = tracks.map((_, track) => `[track${track}]`).join('');
  const mix =
    tracks.length === 1 ? `${all}anull` : `${all}amix=inputs=${tracks.length}:normalize=0:duration=longest`;
  return `${parts.join(';')};${mix},apad=whole_len=${samples},atrim=end_sample=${samples}[sound]`;
}

/** How the sound is encoded in a video of this kind. */
export function audioEncoding(codec: Codec, extension: string): string[] {
  const encoder = audioEncoder(codec, extension);
  return ['-c:a', encoder, ...(encoder === 'pcm_s24le' ? [] : ['-b:a', '192k'])];
}

function audioEncoder(codec: Codec, extension: string): string {
  if (extension === '.webm') return 'libopus';
  return codec === 'prores' ? 'pcm_s24le' : 'aac';
}

/** A path that FFmpeg cannot take for anything else. */
function fileUrl(path: string): string {
  return `file:${resolve(path)}`;
}
