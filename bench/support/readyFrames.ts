import { readFileSync } from 'node:fs';
import { defineScene } from '../../src';

/** Frames that are ready in memory: painting one is a copy, the least that any scene can do. */
export default ({ file, width, height, frames }: Params) =>
  defineScene<Params, Uint8Array[]>({
    width,
    height,
    fps: 30,
    frames,
    alpha: false,
    clear: false,
    setup() {
      const bytes = readFileSync(file);
      const size = width * height * 4;
      return Array.from({ length: bytes.length / size }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
    },
    paint(pixels, { index }, ready) {
      pixels.set(ready[index % ready.length] as Uint8Array);
    },
  });

interface Params {
  /** Raw RGBA frames, one after the other; they are shown again and again. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Length in frames. */
  readonly frames: number;
}
