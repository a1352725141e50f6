import { extname, resolve } from 'node:path';
import { inputArguments, inputTags } from '../encode/ffmpegArguments';
import type { EncodeJob } from '../encode/planEncoder';
import { FilmgateError, invalidOption } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { positive } from '../frames/check';
import { checkSize, type FrameFormat, type FrameSize, hasAlpha } from '../frames/format';
import type { FrameRate } from '../frames/rate';
import { fileOutput } from '../output/fileOutput';

/** Frames side by side, in reading order. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Size of one frame on the sheet, in pixels. */
  readonly cell: FrameSize;
}

/** What one picture is made of. */
export interface PictureOptions {
  /** Path of the picture: `.png`, `.jpg` or `.jpeg`. Its folder must exist. */
  readonly output: string;
  readonly overwrite: boolean;
  readonly format: FrameFormat;
  readonly fps: FrameRate;
  /** Whether to keep the alpha channel. */
  readonly alpha: boolean;
  /** Without it, the picture is one frame as it is. */
  readonly grid?: Grid | undefined;
  readonly ffmpeg?: string | undefined;
  /** How long FFmpeg may stand still while it has something to do, in seconds. Default 60. */
  readonly encoderTimeout?: number | undefined;
}

/** An encoder that makes one picture of all frames. */
export interface PictureJob extends EncodeJob {
  /** FFmpeg's name of the encoder. */
  readonly encoder: string;
  /** FFmpeg's name of the pixel format. */
  readonly pixelFormat: string;
  /** Size of the picture, in pixels. */
  readonly size: FrameSize;
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
  throw invalidOption('output', output, `end its name in one of ${Object.keys(ENCODERS).join(', ')}`);
}

/**
 * Checks the options, finds FFmpeg, and makes its arguments.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `ENCODER_MISSING`, `OUTPUT_EXISTS`,
 * `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`
 */
export async function planPicture(options: PictureOptions): Promise<PictureJob> {
  const { format, grid, alpha, output: path } = options;
  const encoder = pictureEncoder(path);
  if (alpha && encoder !== 'png') throw invalidOption('alpha', true, 'a JPEG has no alpha channel: use .png');
  if (alpha && !hasAlpha(format)) {
    throw invalidOption('alpha', true, 'the frames have no alpha channel: give rgba or png frames');
  }
  const encoderTimeout = positive('encoderTimeout', options.encoderTimeout ?? 60);
  const size = grid ? checkSize(sheetSize(grid), 'contactSheet') : format;
  const ffmpeg = await findFFmpeg(options.ffmpeg);
  if (!ffmpeg.encoders.has(encoder)) {
    const message = `${ffmpeg.path} (version ${ffmpeg.version}) was built without ${encoder}; choose another FFmpeg`;
    throw new FilmgateError('ENCODER_MISSING', message);
  }
  const output = fileOutput(resolve(path), options.overwrite);
  await output.check();
  const pixelFormat = encoder === 'png' ? rgbFormat(alpha) : 'yuvj444p';
  const args = [
    ...inputArguments(options),
    ...['-an', '-vf', filters(options, pixelFormat).join(','), '-c:v', encoder],
    ...(encoder === 'mjpeg' ? ['-q:v', '2'] : []),
    ...['-f', 'image2pipe', output.target], // And not image2, which reads the path as a pattern.
  ];
  const { width, height } = size;
  return {
    format,
    path,
    output,
    ffmpeg,
    args,
    encoderTimeout,
    isPicture: true,
    encoder,
    pixelFormat,
    size: { width, height },
  };
}

function filters({ format, alpha, grid }: PictureOptions, pixelFormat: string): string[] {
  const arrange = grid ? sheetFilters(grid, alpha) : [];
  const isJpeg = pixelFormat.startsWith('yuvj');
  const convert = isJpeg ? [`scale=out_color_matrix=bt601:out_range=pc`, `format=${pixelFormat}`] : [];
  return [...inputTags(format), `format=${rgbFormat(alpha)}`, ...arrange, ...convert];
}

function sheetFilters({ columns, rows, cell }: Grid, alpha: boolean): string[] {
  const background = alpha ? 'black@0' : '0x16161c';
  return [
    `scale=${cell.width}:${cell.height}:flags=lanczos`,
    `tile=${columns}x${rows}:padding=${GAP}:margin=${GAP}:color=${background}`,
  ];
}

function sheetSize({ columns, rows, cell }: Grid): FrameSize {
  return {
    width: columns * (cell.width + GAP) + GAP,
    height: rows * (cell.height + GAP) + GAP,
  };
}

function rgbFormat(alpha: boolean): string {
  return alpha ? 'rgba' : 'rgb24';
}
