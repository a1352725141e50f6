import type { FrameSize, RawFormat, RawPixels } from '../frames/format';

/** One plane of a raw frame: rows of pixels with so many channels, of which the first few are kept. */
interface Plane extends FrameSize {
  readonly channels: number;
  readonly kept: number;
}

/** How the small picture is laid out, as FFmpeg calls it: as the frame is, without its fourth channel. */
export function shrunkPixels(pixels: RawPixels): string {
  if (pixels === 'bgra' || pixels === 'bgrx') return 'bgr24';
  return pixels === 'rgba' ? 'rgb24' : pixels;
}

/** A size of even sides that fits into `most` pixels of width and height, with the same shape. */
export function shrunkSize({ width, height }: FrameSize, most: number): FrameSize {
  const factor = Math.min(1, most / Math.max(width, height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * factor) / 2));
  return { width: even(width), height: even(height) };
}

/**
 * A small copy of a raw frame. Each pixel is the mean of four that lie in its area: that is enough for a thumbnail, and
 * costs a millisecond.
 */
export function shrink(data: Uint8Array, format: RawFormat, size: FrameSize): Uint8Array {
  const from = planesOf(format.pixels, format);
  const to = planesOf(format.pixels, size).map((plane) => ({ ...plane, channels: plane.kept }));
  const small = new Uint8Array(to.reduce((sum, plane) => sum + bytesOf(plane), 0));
  let read = 0;
  let write = 0;
  for (const [index, plane] of from.entries()) {
    const target = to[index] as Plane;
    shrinkPlane(data.subarray(read, read + bytesOf(plane)), plane, small.subarray(write), target);
    read += bytesOf(plane);
    write += bytesOf(target);
  }
  return small;
}

function planesOf(pixels: RawPixels, { width, height }: FrameSize): Plane[] {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const luma = { width, height, channels: 1, kept: 1 };
  const chroma = { ...half, channels: 1, kept: 1 };
  if (pixels === 'yuv420p') return [luma, chroma, chroma];
  if (pixels === 'nv12') return [luma, { ...half, channels: 2, kept: 2 }];
  return [{ width, height, channels: pixels === 'rgb24' ? 3 : 4, kept: 3 }];
}

function bytesOf({ width, height, channels }: Plane): number {
  return width * height * channels;
}

function shrinkPlane(from: Uint8Array, source: Plane, to: Uint8Array, target: Plane): void {
  const { channels, kept } = source;
  const near = sampled(source.width, target.width, 0.25);
  const far = sampled(source.width, target.width, 0.75);
  const upper = sampled(source.height, target.height, 0.25);
  const lower = sampled(source.height, target.height, 0.75);
  let write = 0;
  for (let row = 0; row < target.height; row += 1) {
    const above = (upper[row] as number) * source.width;
    const below = (lower[row] as number) * source.width;
    for (let column = 0; column < target.width; column += 1) {
      const left = near[column] as number;
      const right = far[column] as number;
      for (let channel = 0; channel < kept; channel += 1) {
        const sum =
          (from[(above + left) * channels + channel] as number) +
          (from[(above + right) * channels + channel] as number) +
          (from[(below + left) * channels + channel] as number) +
          (from[(below + right) * channels + channel] as number);
        to[write] = (sum + 2) >> 2;
        write += 1;
      }
    }
  }
}

/** Where a row or column of the small picture is taken from, at so much of its own extent. */
function sampled(from: number, to: number, at: number): Uint32Array {
  return Uint32Array.from({ length: to }, (_, index) =>
    Math.min(from - 1, Math.floor(((index + at) * from) / to)),
  );
}
