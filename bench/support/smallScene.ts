import { defineScene } from '../../src';

/** Small frames, quickly painted: a length of hours in seconds. */
export default ({ frames }: { readonly frames: number }) =>
  defineScene({
    width: 64,
    height: 36,
    fps: 30,
    frames,
    paint(pixels, { index }) {
      pixels.fill(index % 256);
    },
  });
