import type { ImageFormat } from '../frames/format';
import type { FrameRate } from '../frames/rate';

/** Pictures at an exact rate. */
export interface AviStream {
  readonly format: ImageFormat;
  readonly fps: FrameRate;
}

const CODECS = { png: 'MPNG', jpeg: 'MJPG' };
const STREAM_CHUNK = '00dc'; // Pictures of the first stream.
const ENDLESS = 0xffffffff; // What a stream that cannot be wound back has for a length.

/**
 * The beginning of an AVI stream of pictures, for FFmpeg to read from a pipe. AVI has no times: each chunk is the next
 * frame, at a rate that is a fraction, and an empty chunk is a frame in which nothing comes.
 */
export function aviHeader({ format: { image, width, height }, fps }: AviStream): Buffer {
  const codec = CODECS[image];
  const file = chunk('avih', words(0, 0, 0, 0, 0, 0, 1, 0, width, height, 0, 0, 0, 0));
  const rate = [fps.denominator, fps.numerator];
  const stream = chunk('strh', text(`vids${codec}`), words(0, 0, 0, ...rate, 0, 0, 0, 0, 0, 0, 0));
  const depth = 1 + 24 * 2 ** 16; // One plane, and 24 bits a pixel: the pictures themselves know better.
  const layout = chunk('strf', words(40, width, height, depth), text(codec), words(0, 0, 0, 0, 0));
  const header = chunk('LIST', text('hdrl'), file, chunk('LIST', text('strl'), stream, layout));
  return Buffer.concat([opening('RIFF', 'AVI '), header, opening('LIST', 'movi')]);
}

/** One frame, behind what goes before it. Without a picture, it is one in which nothing comes. */
export function aviFrame(picture?: Uint8Array, before: readonly Uint8Array[] = []): Buffer {
  return Buffer.concat([...before, ...chunkParts(STREAM_CHUNK, picture ?? Buffer.alloc(0))]);
}

/** The picture in a frame. */
export function pictureIn(frame: Buffer): Buffer {
  return frame.subarray(8, 8 + frame.readUInt32LE(4));
}

function chunk(id: string, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(chunkParts(id, ...parts));
}

function chunkParts(id: string, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const bytes = parts.reduce((total, part) => total + part.byteLength, 0);
  return [text(id), words(bytes), ...parts, Buffer.alloc(bytes % 2)];
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
