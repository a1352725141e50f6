import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { FilmgateError } from '../errors';
import { runFFmpeg } from '../ffmpeg/runFFmpeg';
import { SAMPLE_RATE, TO_STEREO } from './samples';

/** How FFmpeg is run on sound. */
export interface SoundTools {
  /** Path of FFmpeg. */
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
  /** How long it may make no progress, in seconds. */
  readonly stallLimit?: number | undefined;
}

/** The sound of a file. */
export interface Medium {
  /** A path or an `http(s)` URL. */
  readonly media: string;
  /** By how many seconds FFmpeg begins before its time 0: what a decoder of Opus needs before its first sample. */
  readonly lead: number;
}

/** A part of a medium's sound, in samples, when that has been brought to its rate. */
export interface Extract {
  readonly from: number;
  readonly length: number;
  readonly rate: number;
}

const FAR = 60; // seconds into a file, up to which it is decoded from its start.
const PREROLL = 2; // seconds that are decoded before what is wanted, for decoders that need what was before.
const BLOCK = 65_536; // samples
const STAGE = { slowest: 0.5, fastest: 2 }; // What one `atempo` does without leaving anything out.

/** A path that FFmpeg cannot take for anything else; URLs are left as they are. */
export function mediaUrl(media: string): string {
  return /^https?:/i.test(media) ? media : `file:${resolve(media)}`;
}

/**
 * Looks whether a medium can be heard; undefined where it has no sound, as a silent video. A browser goes on in silence as
 * well where a file is missing or broken. Whoever renders a film wants to hear of that: it is an error.
 *
 * @throws FilmgateError `AUDIO_INVALID`
 */
export async function probeMedium(tools: SoundTools, media: string): Promise<Medium | undefined> {
  const url = mediaUrl(media);
  if (url.startsWith('file:') && !existsSync(media)) {
    throw new FilmgateError('AUDIO_INVALID', `sound: there is no file ${media}`);
  }
  try {
    const input = ['-loglevel', 'info', '-i', url];
    const { hasSamples, said } = await firstSamples(tools, media, input, ['-map_metadata', '-1']);
    const start = Number(/^ {2}Duration: .*, start: (-?[\d.]+)/m.exec(said)?.[1] ?? 0);
    return hasSamples ? { media, lead: Math.max(0, -start) } : undefined;
  } catch (cause) {
    if (FilmgateError.is(cause) && cause.stderr?.includes('matches no streams')) return undefined;
    throw undecodable(media, cause);
  }
}

/** Whether FFmpeg decodes a sample of an input, and what it said. Rejects as `runFFmpeg` does. */
export async function firstSamples(
  { ffmpeg, signal, stallLimit }: SoundTools,
  media: string,
  input: readonly string[],
  output: readonly string[] = [],
): Promise<{ readonly hasSamples: boolean; readonly said: string }> {
  let hasSamples = false;
  const onLine = (line: string) => {
    hasSamples ||= !line.startsWith('#');
  };
  const args = [...input, '-map', '0:a:0', ...output, '-frames:a', '1', '-f', 'framecrc', 'pipe:1'];
  const said = await runFFmpeg(ffmpeg, args, `decode ${media}`, { signal, stallLimit, onLine });
  return { hasSamples, said };
}

/**
 * Decodes a part of a medium in blocks of stereo samples; `at` says where in it a block begins. What is handed out is only
 * valid until its promise settles. Where the medium ends earlier, so does this.
 */
export async function decodeSound(
  { ffmpeg, signal, stallLimit }: SoundTools,
  { media, lead }: Medium,
  { from, length, rate }: Extract,
  onBlock: (samples: Float32Array, at: number) => Promise<void> | void,
): Promise<void> {
  const seconds = (from * rate) / SAMPLE_RATE;
  const isExact = lead === 0; // Behind a seek, Opus in a webm is off by more than a millisecond.
  const seek = isExact && seconds > FAR ? seconds - PREROLL : 0;
  const first = Math.round((seconds - seek + lead) * SAMPLE_RATE);
  // The tempo filter puts out a little less than it should: it is given a second more.
  const more = rate === 1 ? 0 : SAMPLE_RATE;
  const end = Number.isFinite(length) ? `:end_sample=${first + Math.ceil(length * rate) + more}` : '';
  const filters = [TO_STEREO, `atrim=start_sample=${first}${end}`, 'asetpts=N/SR/TB', ...tempo(rate)];
  const input = [...(seek > 0 ? ['-ss', seek.toFixed(6)] : []), '-i', mediaUrl(media)];
  const output = ['-f', 'f32le', '-ar', String(SAMPLE_RATE), '-ac', '2', 'pipe:1'];
  let at = from;
  const onOutput = (bytes: Readable) =>
    readBlocks(bytes, async (samples) => {
      const wanted = samples.subarray(0, 2 * Math.max(0, from + length - at));
      if (wanted.length > 0) await onBlock(wanted, at);
      at += samples.length / 2;
    });
  const args = [...input, '-map', '0:a:0', '-af', filters.join(','), ...output];
  await runFFmpeg(ffmpeg, args, `decode ${media}`, { signal, stallLimit, onOutput }).catch((cause) => {
    throw undecodable(media, cause);
  });
}

/** What FFmpeg gives up on is the fault of the file; that somebody has killed it is not. */
export function isFaultOfFile(cause: unknown): cause is FilmgateError {
  return FilmgateError.is(cause) && cause.code === 'ENCODE_FAILED' && !cause.signal;
}

function undecodable(media: string, cause: unknown): unknown {
  if (!isFaultOfFile(cause)) return cause;
  return new FilmgateError('AUDIO_INVALID', `sound: ${media} cannot be decoded. ${cause.message}`, { cause });
}

/** How many samples a medium has. */
export async function countSamples(tools: SoundTools, medium: Medium): Promise<number> {
  let count = 0;
  const whole = { from: 0, length: Number.POSITIVE_INFINITY, rate: 1 };
  await decodeSound(tools, medium, whole, (samples) => {
    count += samples.length / 2;
  });
  return count;
}

function tempo(rate: number): string[] {
  if (rate === 1) return [];
  const stage = Math.min(STAGE.fastest, Math.max(STAGE.slowest, rate));
  return [`atempo=${stage}`, ...tempo(rate / stage)];
}

async function readBlocks(output: Readable, onBlock: (samples: Float32Array) => Promise<void>) {
  const block = new Float32Array(BLOCK * 2);
  const bytes = new Uint8Array(block.buffer);
  let filled = 0;
  const flush = async () => {
    await onBlock(block.subarray(0, Math.floor(filled / 8) * 2));
    filled = 0;
  };
  for await (const chunk of output as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled === bytes.length) await flush();
    }
  }
  await flush();
}
