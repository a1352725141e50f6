import { execFile } from 'node:child_process';
import { extname, join } from 'node:path';
import { CODECS } from '../../src/encode/codecs';
import type { EncodeOptions } from '../../src/encode/encodeOptions';
import { ffmpegArguments } from '../../src/encode/ffmpegArguments';
import { type FFmpeg, findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import type { FrameSize } from '../../src/frames/format';
import type { FrameRange } from '../../src/frames/range';
import { type ConcatFiles, concatSegments } from '../../src/segments/concatSegments';
import type { SegmentsPlan } from '../../src/segments/planSegments';
import { segmentExtension } from '../../src/segments/segmentContainer';
import { resolved } from './encodeSpec';
import { paintIndex } from './video';

/** Small enough to be fast, large enough for every codec. */
const TINY: FrameSize = { width: 64, height: 64 };

/** A film in files. */
export interface FilmInFiles {
  readonly ffmpeg: FFmpeg;
  readonly folder: string;
  /** Name of the film, such as `film.mp4`. */
  readonly output: string;
  readonly fps: string;
  readonly settings?: EncodeOptions;
  /** Whether the frames have an alpha channel. */
  readonly alpha?: boolean;
}

/** Encodes frames that bear their indices, all in one go. Returns the file's path. */
export async function encodeWhole(film: FilmInFiles, range: FrameRange, name = film.output): Promise<string> {
  const target = join(film.folder, name);
  const { spec, options } = resolvedFilm(film);
  const encoder = CODECS[spec.codec].encoders.find((known) => film.ffmpeg.encoders.has(known)) ?? '';
  const faststart = options.faststart !== false;
  const args = ffmpegArguments({ ...spec, encoder }, options, {
    path: target,
    extension: extname(name),
    faststart,
  });
  const pixels = film.alpha ? 'rgba' : 'rgb24';
  const frames = Array.from({ length: range.count }, (_, at) => paintIndex(range.first + at, TINY, pixels));
  await answer(film.ffmpeg, args, Buffer.concat(frames));
  return target;
}

/** Encodes a film as segments of so many frames each. */
export async function encodeSegments(
  film: FilmInFiles,
  counts: readonly number[],
): Promise<{ file: string; count: number }[]> {
  const { codec, pixelFormat, input, extension } = resolvedFilm(film).spec;
  const kind = segmentExtension(codec, pixelFormat, input.fps, Math.min(...counts)) ?? extension;
  const segments = counts.map((count, at) => ({ file: `segment-${at}${kind}`, count }));
  const faststart = { ...film, settings: { ...film.settings, faststart: false } };
  let first = 0;
  for (const { file, count } of segments) {
    await encodeWhole(faststart, { first, count }, file);
    first += count;
  }
  return segments;
}

/** Joins segments to `joined.*`, as a render does. Returns its path. */
export async function joinSegments(
  film: FilmInFiles,
  segments: ConcatFiles['segments'],
  {
    audio = [],
    faststart = true,
    mix,
  }: Partial<Pick<SegmentsPlan, 'audio' | 'faststart'>> & { mix?: string } = {},
  signal = new AbortController().signal,
): Promise<string> {
  const { spec } = resolvedFilm(film);
  const target = join(film.folder, `joined${spec.extension}`);
  const files = { segments, listFile: join(film.folder, 'segments.txt'), target, mix };
  const encode = { ...spec, ffmpeg: film.ffmpeg, encoderTimeout: 60 };
  await concatSegments(encode, { audio, faststart }, files, signal);
  return target;
}

function resolvedFilm({ output, fps, settings = {}, alpha = false }: FilmInFiles) {
  return resolved({ output, fps, format: { pixels: alpha ? 'rgba' : 'rgb24', ...TINY }, ...settings });
}

/** A video's packets as FFmpeg reads them, without decoding: times in ticks. */
export interface Packets {
  /** Seconds in a tick, as a fraction: `1/90000`. */
  readonly tick: string;
  /** When each frame is shown, in that order. */
  readonly shown: readonly number[];
  /** When each packet is decoded, in that order. */
  readonly decoded: readonly number[];
}

export async function packetsOf(file: string): Promise<Packets> {
  const args = ['-copyts', '-i', file, '-map', '0:v:0', '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
  const lines = (await answer(await findFFmpeg(), args)).toString().trim().split('\n');
  const packets = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(',').map(Number));
  return {
    tick: lines.find((line) => line.startsWith('#tb 0:'))?.slice(7) ?? '',
    shown: packets.map(([, , shown = Number.NaN]) => shown).sort((a, b) => a - b),
    decoded: packets.map(([, decoded = Number.NaN]) => decoded),
  };
}

/** Checksums of a file's decoded frames. */
export async function framesOf(file: string): Promise<string[]> {
  const args = ['-i', file, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', 'pipe:1'];
  const lines = (await answer(await findFFmpeg(), args)).toString().trim().split('\n');
  return lines.filter((line) => !line.startsWith('#')).map((line) => line.split(',').pop()?.trim() ?? '');
}

/** What FFmpeg puts out; throws what it says when it fails. */
export function answer(ffmpeg: FFmpeg, args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      encoding: 'buffer',
      maxBuffer: 2 ** 28,
      env: { ...process.env, SVT_LOG: '1' },
    } as const;
    // The product's own arguments want a pipe for their progress: there is none here, and they do without.
    const all = ['-loglevel', 'error', ...args.map((arg) => (arg === 'pipe:3' ? 'pipe:2' : arg))];
    const child = execFile(ffmpeg.path, all, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`FFmpeg failed: ${stderr}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {}); // It may end before it has read all.
    child.stdin?.end(input);
  });
}
