// A scene that paints straight into RGBA pixels: no package needed, and no copy on the way to FFmpeg.
//   npx filmgate render examples/gradient-scene.mjs -o out/gradient.mp4
export default {
  width: 640,
  height: 360,
  fps: 30,
  frames: 120,
  alpha: false,

  paint(pixels, { width, height, time }) {
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 4) {
        pixels[at] = 128 + 127 * Math.sin(x / 60 + time * 2);
        pixels[at + 1] = 128 + 127 * Math.sin(y / 40 - time * 3);
        pixels[at + 2] = 128 + 127 * Math.sin((x + y) / 80 + time);
        pixels[at + 3] = 255;
      }
    }
  },
};
