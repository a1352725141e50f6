import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Codec } from '../encode/codecs';
import { type EncodePlan, encoderMissing } from '../encode/planEncoder';
import { FilmgateError, invalidOption } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { type FrameRate, frameTime } from '../frames/rate';
import { firstSamples, isFaultOfFile, mediaUrl, type SoundTools } from '../sound/media';
import { MIX_FILTERS, mixInput } from '../sound/mixFile';
import { SAMPLE_RATE, samplesIn, TO_STEREO } from '../sound/samples';

/** A file with sound, and where in the video it is heard. */
export interface AudioTrack {
  /** Path of a file that FFmpeg reads; of several sounds in it, the first. */
  readonly path: string;
  /** When it begins, in seconds from the video's start. Default 0. */
  readonly offset?: number;
  /** How loud, 1 being as it is. Default 1. */
  readonly volume?: number;
}

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
  if (!hasSound(codec)) {
    throw invalidOption('audio', tracks[0]?.path, `${codec} has no sound: choose an mp4, mov, mkv or webm`);
  }
  await checkAudioEncoder({ codec, extension, ffmpeg }, signal);
  const end = frameTime(frames, input.fps);
  for (const { path, offset = 0 } of tracks) {
    if (offset >= end)
      throw invalidOption('audio.offset', offset, `the video ends at ${end} s: begin ${path} before`);
    if (!isFile(path)) {
      throw new FilmgateError('AUDIO_INVALID', `audio: there is no file ${resolve(path)}`);
    }
    await listen({ ffmpeg: ffmpeg.path, signal, stallLimit: encoderTimeout }, path);
  }
}

/** Whether a video of this codec can have sound. */
export function hasSound(codec: Codec): boolean {
  return codec !== 'gif' && codec !== 'png';
}

/** @throws FilmgateError `ENCODER_MISSING` where FFmpeg cannot encode the sound of a video of this kind. */
export async function checkAudioEncoder(
  { codec, extension, ffmpeg }: Pick<EncodePlan, 'codec' | 'extension' | 'ffmpeg'>,
  signal: AbortSignal,
): Promise<void> {
  const encoder = audioEncoder(codec, extension);
  const found = await findFFmpeg(ffmpeg.path, signal);
  if (!found.encoders.has(encoder)) throw encoderMissing(found, [encoder], `sound in ${extension}`);
}

async function listen(tools: SoundTools, path: string): Promise<void> {
  const noAudio = (why: string, cause?: unknown) => {
    const message = `audio: ${path} has no audio stream that FFmpeg can decode. ${why}`;
    return new FilmgateError('AUDIO_INVALID', message, { cause });
  };
  const input = ['-i', mediaUrl(resolve(path))];
  const { hasSamples } = await firstSamples(tools, path, input).catch((cause) => {
    throw isFaultOfFile(cause) ? noAudio(cause.message, cause) : cause;
  });
  if (!hasSamples) throw noAudio('It ends before its first sample.');
}

/** The tracks as inputs, after the video's own, and behind them a file that `mixSound` has made. */
export function audioInputs(tracks: readonly AudioTrack[], mix?: string): string[] {
  const files = tracks.flatMap(({ path }) => ['-i', mediaUrl(resolve(path))]);
  return mix === undefined ? files : [...files, ...mixInput(mix)];
}

/**
 * A filter graph that mixes the tracks, and what frames told of, to `[sound]`, of exactly the video's length: 48 kHz, stereo. PCM and Opus keep the
 * length to the sample. AAC has whole frames of 1024 samples: an mp4 or mov says to the sample where the last one ends, and
 * FFmpeg decodes the silence behind that too; an mkv cannot say it.
 */
export function audioMix(
  tracks: readonly AudioTrack[],
  frames: number,
  fps: FrameRate,
  mix?: string,
): string {
  const samples = samplesIn(frames, fps);
  const parts = tracks.map(({ offset = 0, volume = 1 }, track) => {
    const delay = `adelay=delays=${Math.round(offset * SAMPLE_RATE)}S:all=1`;
    return `[${track + 1}:a:0]${TO_STEREO},volume=${volume},${delay}[track${track}]`;
  });
  if (mix !== undefined) parts.push(`[${tracks.length + 1}:a:0]${MIX_FILTERS}[track${tracks.length}]`);
  const all = parts.map((_, track) => `[track${track}]`).join('');
  const sum =
    parts.length === 1 ? `${all}anull` : `${all}amix=inputs=${parts.length}:normalize=0:duration=longest`;
  return `${parts.join(';')};${sum},apad=whole_len=${samples},atrim=end_sample=${samples}[sound]`;
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
