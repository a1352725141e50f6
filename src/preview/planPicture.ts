import { extname } from 'node:path';
import { inputArguments, inputTags } from '../encode/ffmpegArguments';
import {
  checkedOutput,
  type EncodePlan,
  encoderMissing,
  type FFmpegOptions,
  planFFmpeg,
} from '../encode/planEncoder';
import { invalidOption } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { checkSize, type FrameFormat, type FrameSize, hasAlpha } from '../frames/format';
import type { FrameRate } from '../frames/rate';
import { planOutput } from '../output/planOutput';

/** Frames side by side, in reading order. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Size of one frame on the sheet, in pixels. */
  readonly cell: FrameSize;
}

/** What one picture is made of. */
export interface PictureInput {
  readonly format: FrameFormat;
  readonly fps: FrameRate;
  readonly sourceAlpha: boolean;
  /** Whether to keep the alpha channel. */
  readonly keepAlpha: boolean;
  /** Without it, the picture is one frame as it is. */
  readonly grid: Grid | undefined;
}

const ENCODERS: Record<string, string> = { '.png': 'png', '.jpg': 'mjpeg', '.jpeg': 'mjpeg' };
const GAP = 8; // pixels between the frames of a sheet, and around them.

/**
 * The encoder for a picture of this name.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function pictureEncoder(output: string): string {
  const encoder = ENCODERS[extname(output).toLowerCase()];
  if (encoder) return encoder;
  throw invalidOption('output', output, `use one of the extensions ${Object.keys(ENCODERS).join(', ')}`);
}

/** Size of the picture, in pixels. */
export function pictureSize({ format, grid }: Pick<PictureInput, 'format' | 'grid'>): FrameSize {
  if (!grid) return { width: format.width, height: format.height };
  const { columns, rows, cell } = grid;
  const size = { width: columns * (cell.width + GAP) + GAP, height: rows * (cell.height + GAP) + GAP };
  return checkSize(size, 'contactSheet');
}

/**
 * Resolves an encoder that makes one picture of all frames.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `ENCODER_MISSING`, `OUTPUT_EXISTS`,
 * `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`
 */
export async function planPicture(
  options: FFmpegOptions & { readonly output: string; readonly overwrite?: boolean },
  picture: PictureInput,
  signal: AbortSignal,
): Promise<EncodePlan> {
  const { format, fps, sourceAlpha, keepAlpha } = picture;
  const encoder = pictureEncoder(options.output);
  if (keepAlpha && encoder !== 'png')
    throw invalidOption('alpha', true, 'a JPEG has no alpha channel: use .png');
  if (keepAlpha && !hasAlpha(format)) {
    throw invalidOption('alpha', true, 'the frames have no alpha channel: give rgba, bgra or png frames');
  }
  pictureSize(picture);
  const { ffmpeg, encoderTimeout } = await planFFmpeg(options, () => findFFmpeg(options.ffmpeg, signal));
  if (!ffmpeg.encoders.has(encoder)) throw encoderMissing(ffmpeg, [encoder], 'this picture');
  const output = planOutput(options.output, options, true);
  const { target } = await checkedOutput(output);
  const pixelFormat = encoder === 'png' ? rgbFormat(keepAlpha) : 'yuvj444p';
  const input = { format, fps, first: 0, sourceAlpha, repeats: false };
  const args = [
    ...inputArguments(input),
    ...['-an', '-vf', filters(picture, pixelFormat).join(','), '-c:v', encoder],
    ...(encoder === 'mjpeg' ? ['-q:v', '2'] : []),
    ...['-f', 'image2pipe', target], // And not image2, which reads the path as a pattern.
  ];
  const { path, version } = ffmpeg;
  return {
    input,
    codec: 'png',
    extension: extname(options.output).toLowerCase(),
    ...{ encoder, pixelFormat, keepAlpha, ffmpeg: { path, version }, output, args, encoderTimeout },
    expectedFrames: 1,
  };
}

function filters({ format, keepAlpha, grid }: PictureInput, pixelFormat: string): string[] {
  const arrange = grid ? sheetFilters(grid, keepAlpha) : [];
  const isJpeg = pixelFormat.startsWith('yuvj');
  const convert = isJpeg ? [`scale=out_color_matrix=bt601:out_range=pc`, `format=${pixelFormat}`] : [];
  return [...inputTags(format), `format=${rgbFormat(keepAlpha)}`, ...arrange, ...convert];
}

function sheetFilters({ columns, rows, cell }: Grid, keepAlpha: boolean): string[] {
  const background = keepAlpha ? 'black@0' : '0x16161c';
  return [
    `scale=${cell.width}:${cell.height}:flags=lanczos`,
    `tile=${columns}x${rows}:padding=${GAP}:margin=${GAP}:color=${background}`,
  ];
}

function rgbFormat(keepAlpha: boolean): string {
  return keepAlpha ? 'rgba' : 'rgb24';
}
