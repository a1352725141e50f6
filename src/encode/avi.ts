import type { FrameFormat, ImageFormat, RawPixels } from '../frames/format';
import type { FrameRate } from '../frames/rate';

/** Pictures at an exact rate. */
export interface AviStream {
  readonly format: FrameFormat;
  readonly fps: FrameRate;
}

/** What FFmpeg knows the pictures by. */
const CODES: Readonly<Record<ImageFormat['image'] | RawPixels, string>> = {
  png: 'MPNG',
  jpeg: 'MJPG',
  rgba: 'RGBA',
  bgra: 'BGRA',
  bgrx: 'BGR\0',
  rgb24: 'RGB\x18',
  yuv420p: 'I420',
  nv12: 'NV12',
};
const STREAM_CHUNK = '00dc'; // Pictures of the first stream.
const ENDLESS = 0xffffffff; // What a stream that cannot be wound back has for a length.

/**
 * The beginning of an AVI stream of pictures, for FFmpeg to read from a pipe. AVI has no times: each chunk is the next
 * frame, at a rate that is a fraction, and an empty chunk is a frame in which nothing comes.
 */
export function aviHeader({ format, fps }: AviStream): Buffer {
  const { width, height } = format;
  const code = CODES['image' in format ? format.image : format.pixels];
  const file = chunk('avih', words(0, 0, 0, 0, 0, 0, 1, 0, width, height, 0, 0, 0, 0));
  const rate = [fps.denominator, fps.numerator];
  const stream = chunk('strh', text(`vids${code}`), words(0, 0, 0, ...rate, 0, 0, 0, 0, 0, 0, 0));
  const depth = 1 + 24 * 2 ** 16; // One plane, and 24 bits a pixel: the pictures themselves know better.
  const layout = chunk('strf', words(40, width, height, depth), text(code), words(0, 0, 0, 0, 0));
  const header = chunk('LIST', text('hdrl'), file, chunk('LIST', text('strl'), stream, layout));
  return Buffer.concat([opening('RIFF', 'AVI '), header, opening('LIST', 'movi')]);
}

/**
 * What goes before a picture of so many bytes; behind one with an odd number of them goes a zero. Without bytes, it is a
 * frame in which nothing comes.
 */
export function frameHead(bytes = 0): Buffer {
  return Buffer.concat([text(STREAM_CHUNK), words(bytes)]);
}

function chunk(id: string, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((total, part) => total + part.byteLength, 0);
  return Buffer.concat([text(id), words(bytes), ...parts, Buffer.alloc(bytes % 2)]);
}

function opening(id: string, kind: string): Buffer {
  return Buffer.concat([text(id), words(ENDLESS), text(kind)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

function text(ascii: string): Buffer {
  return Buffer.from(ascii, 'latin1');
}
