import { FilmgateError, invalidOption } from '../errors';
import { integerInRange } from './check';

/** Width and height of the picture, in pixels. */
export interface FrameSize {
  /** Width, in pixels, from 1 to 16384. */
  readonly width: number;
  /** Height, in pixels, from 1 to 16384. */
  readonly height: number;
}

/**
 * How a raw frame's bytes are laid out, rows top-down, no padding between rows:
 * - `rgba`, `bgra`: 4 bytes a pixel, straight (not premultiplied) alpha
 * - `bgrx`: 4 bytes a pixel, of which the last means nothing
 * - `rgb24`: 3 bytes a pixel
 * - `yuv420p` (I420): a full-size Y plane, then U and V at half width and height (rounded up); BT.709, limited range
 * - `nv12`: the same with one plane of alternating U and V
 */
export type RawPixels = 'rgba' | 'bgra' | 'bgrx' | 'rgb24' | 'yuv420p' | 'nv12';

/** A frame as raw pixels: every frame has the same number of bytes. */
export interface RawFormat extends FrameSize {
  /** Layout of the bytes. */
  readonly pixels: RawPixels;
}

/** A frame as one whole PNG or JPEG file: sizes in bytes differ from frame to frame. */
export interface ImageFormat extends FrameSize {
  /** Kind of the file. */
  readonly image: 'png' | 'jpeg';
}

/** What a frame's bytes are. */
export type FrameFormat = RawFormat | ImageFormat;

/** Bytes of a pixel; of those that have planes, undefined. */
const PIXEL_BYTES: Readonly<Record<RawPixels, number | undefined>> = {
  rgba: 4,
  bgra: 4,
  bgrx: 4,
  rgb24: 3,
  yuv420p: undefined,
  nv12: undefined,
};

const LARGEST_SIDE = 16384;

/** The most bytes that a frame may have: exactly what a raw frame has, and a generous bound for an image. */
export function frameBytes(format: FrameFormat): number {
  const pixels = format.width * format.height;
  if ('image' in format) return pixels * 4 + 65536;
  const bytes = PIXEL_BYTES[format.pixels];
  if (bytes !== undefined) return pixels * bytes;
  return pixels + 2 * Math.ceil(format.width / 2) * Math.ceil(format.height / 2);
}

/** Whether the format has an alpha channel. */
export function hasAlpha(format: FrameFormat): boolean {
  return 'image' in format ? format.image === 'png' : ['rgba', 'bgra'].includes(format.pixels);
}

/** Whether the format has halved planes of chroma: BT.709, limited range. */
export function hasHalvedChroma(format: FrameFormat): boolean {
  return 'pixels' in format && PIXEL_BYTES[format.pixels] === undefined;
}

/**
 * Checks that a frame has the bytes that its format asks for.
 *
 * @throws FilmgateError `FRAME_SIZE`
 */
export function checkFrameBytes(format: FrameFormat, bytes: number): void {
  const { width, height } = format;
  if ('image' in format) {
    if (bytes > 0) return;
    throw new FilmgateError(
      'FRAME_SIZE',
      `a ${format.image} frame has no bytes; give one whole ${format.image} file`,
    );
  }
  const expected = frameBytes(format);
  if (bytes === expected) return;
  throw new FilmgateError(
    'FRAME_SIZE',
    `a frame has ${bytes} bytes; ${format.pixels} at ${width}x${height} needs exactly ${expected}`,
  );
}

/**
 * Checks width and height: whole numbers from 1 to 16384.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkSize(size: FrameSize, option = 'size'): FrameSize {
  integerInRange(`${option}.width`, size.width, 1, LARGEST_SIDE);
  integerInRange(`${option}.height`, size.height, 1, LARGEST_SIDE);
  return size;
}

/**
 * Checks a frame's layout and size.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkFormat(format: FrameFormat): FrameFormat {
  const [option, kind, known] =
    'image' in format
      ? ['image', format.image, ['png', 'jpeg']]
      : ['pixels', format.pixels, Object.keys(PIXEL_BYTES)];
  if (!known.includes(kind)) throw invalidOption(`format.${option}`, kind, `use one of ${known.join(', ')}`);
  checkSize(format, 'format');
  return format;
}

/**
 * Reads `1280x720`.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseSize(text: string, option = 'size'): FrameSize {
  const match = /^(\d+)x(\d+)$/i.exec(text.trim());
  if (!match) throw invalidOption(option, text, 'give width and height in pixels, such as 1280x720');
  return checkSize({ width: Number(match[1]), height: Number(match[2]) }, option);
}
