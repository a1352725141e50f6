import type { FrameSize } from '../../src';

/** A gradient that moves, with some grain: neither trivial nor hopeless for an encoder. */
export function movingPicture({ width, height }: FrameSize, frames: number): Uint8Array {
  const bytes = new Uint8Array(frames * width * height * 4);
  let noise = 1;
  let at = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        noise = (Math.imul(noise, 1664525) + 1013904223) | 0;
        const grain = noise >>> 29;
        bytes[at] = ((x + frame * 8) >> 3) + grain;
        bytes[at + 1] = ((y + frame * 4) >> 2) + grain;
        bytes[at + 2] = ((x ^ y) >> 3) + grain;
        bytes[at + 3] = 255;
        at += 4;
      }
    }
  }
  return bytes;
}
