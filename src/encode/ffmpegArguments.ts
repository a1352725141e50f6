import { TO_BT709 } from '../ffmpeg/toBt709';
import { type FrameFormat, hasHalvedChroma } from '../frames/format';
import { formatFrameRate } from '../frames/rate';
import { CODECS } from './codecs';
import type { EncodeInput, EncodeOptions, EncodeSpec } from './encodeOptions';

/** The file descriptor on which FFmpeg reports its progress. */
const PROGRESS_FD = 3;

/** FFmpeg's names of the containers, by the extensions of files. */
export const MUXERS: Record<string, string> = {
  '.mp4': 'mp4',
  '.mov': 'mov',
  '.mkv': 'matroska',
  '.webm': 'webm',
  '.gif': 'gif',
  '.png': 'image2',
  '.ts': 'mpegts',
};

const BT709 = 'color_primaries=bt709:color_trc=bt709:colorspace=bt709';

/** The file that FFmpeg writes, and how. */
export interface Target {
  readonly path: string;
  readonly extension: string;
  /** Whether the index of an mp4 or mov is moved to its front. */
  readonly faststart: boolean;
}

/** FFmpeg's whole argument list: frames from standard input, video to `target`, progress to {@link PROGRESS_FD}. */
export function ffmpegArguments(
  spec: EncodeSpec & { readonly encoder: string },
  options: EncodeOptions,
  target: Target,
): string[] {
  const { codec, encoder, pixelFormat } = spec;
  const { crf, bitrate, preset, threads } = options;
  const rate = { crf, bitrate: bitrate === undefined ? undefined : String(bitrate) };
  const args = [
    ...inputArguments(spec.input),
    ...['-an', '-vf', [...filters(spec), ...repeating(spec.input)].join(',')],
    ...['-c:v', encoder, ...CODECS[codec].args(encoder, { ...rate, preset, pixelFormat })],
    ...(threads === undefined ? [] : ['-threads', String(threads)]),
    ...(isRgb(pixelFormat) ? [] : colourTags()),
    ...muxerArguments(spec, target),
    target.path,
  ];
  return options.ffmpegArgs?.([...args]) ?? args;
}

/** The beginning of every argument list: how to report, and frames from standard input. */
export function inputArguments(input: Pick<EncodeInput, 'format' | 'fps' | 'repeats'>): string[] {
  const report = ['-progress', `pipe:${PROGRESS_FD}`, '-stats_period', '0.25'];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostats', '-y', '-xerror', ...report],
    ...framesFromStdin(input),
  ];
}

// FFmpeg ≤ 6 reads a single input in its encoding thread unless it is given a queue, and loses a quarter of its speed.
function framesFromStdin({
  format,
  fps,
  repeats,
}: Pick<EncodeInput, 'format' | 'fps' | 'repeats'>): string[] {
  const rate = ['-framerate', formatFrameRate(fps)];
  const threads = ['-thread_queue_size', '8'];
  // Without -r, FFmpeg takes a rate such as 120000/1001 for the round one beside it. An AVI has a rate, and gaps.
  const queue = repeats ? threads : ['-r', formatFrameRate(fps), ...threads];
  const decoder = 'pixels' in format ? 'rawvideo' : format.image === 'png' ? 'png' : 'mjpeg';
  if (repeats) return [...queue, '-f', 'avi', '-c:v', decoder, '-i', 'pipe:0'];
  if ('image' in format) return [...queue, '-f', 'image2pipe', '-c:v', decoder, ...rate, '-i', 'pipe:0'];
  const size = `${format.width}x${format.height}`;
  return [
    ...queue,
    '-f',
    'rawvideo',
    '-pixel_format',
    format.pixels === 'bgrx' ? 'bgr0' : format.pixels,
    '-video_size',
    size,
    ...rate,
    '-i',
    'pipe:0',
  ];
}

function filters(spec: EncodeSpec): string[] {
  const { input, pixelFormat, codec, keepAlpha } = spec;
  const tagInput = inputTags(input.format);
  const pad = padding(input.format, pixelFormat);
  if (codec === 'gif') return [...tagInput, palette(keepAlpha)];
  if (isRgb(pixelFormat)) return [...tagInput, `format=${pixelFormat}`];
  return [...tagInput, ...pad, TO_BT709, `format=${pixelFormat}`, `setparams=range=tv:${BT709}`];
}

/** Repeats the last frame where none came: behind the conversion, which then has been done. */
function repeating({ repeats, fps }: EncodeInput): string[] {
  return repeats ? [`fps=${formatFrameRate(fps)}`] : [];
}

/** What the frames' colours are, where FFmpeg would guess. */
export function inputTags(format: FrameFormat): string[] {
  return hasHalvedChroma(format) ? [`setparams=range=tv:${BT709}`] : [];
}

/** Pads by a line or a column where the chroma planes have half the size. */
function padding(format: FrameFormat, pixelFormat: string): string[] {
  const halvesHeight = /420|nv12|p010/.test(pixelFormat);
  const halvesWidth = halvesHeight || /422|nv16|p210/.test(pixelFormat);
  const width = halvesWidth ? Math.ceil(format.width / 2) * 2 : format.width;
  const height = halvesHeight ? Math.ceil(format.height / 2) * 2 : format.height;
  if (width === format.width && height === format.height) return [];
  return [...wholeChroma(format), `pad=${width}:${height}:0:0`];
}

/** The pad filter cuts what it is given to what halved chroma planes cover: the last line or column would be lost. */
function wholeChroma(format: FrameFormat): string[] {
  if ('image' in format) return format.image === 'jpeg' ? ['format=rgb24'] : [];
  return hasHalvedChroma(format) ? ['format=yuv444p'] : [];
}

/** A palette for each frame: one for all of them would have FFmpeg hold the whole video in memory. */
function palette(alpha: boolean): string {
  const generate = `palettegen=stats_mode=single:reserve_transparent=${alpha ? 1 : 0}`;
  return `format=${alpha ? 'rgba' : 'rgb24'},split[in][for];[for]${generate}[palette];[in][palette]paletteuse=new=1`;
}

function colourTags(): string[] {
  return ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'];
}

function isRgb(pixelFormat: string): boolean {
  return /^(rgb|bgr|gbr|0rgb|0bgr|argb|abgr|pal8)/.test(pixelFormat);
}

function muxerArguments({ input }: EncodeSpec, { extension, faststart }: Target): string[] {
  const muxer = ['-f', MUXERS[extension] ?? extension.slice(1)];
  if (extension === '.png') return [...muxer, '-start_number', String(input.first)];
  return isMp4(extension) && faststart ? [...muxer, '-movflags', '+faststart'] : muxer;
}

/** Whether a file is of the MP4 family, with an index that can be moved and a time scale that can be set. */
export function isMp4(extension: string): boolean {
  return extension === '.mp4' || extension === '.mov';
}
