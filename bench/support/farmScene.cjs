// A picture that takes its time to paint; `run` only makes it another film.
module.exports = ({ frames }) => ({
  width: 640,
  height: 360,
  fps: 30,
  frames,
  alpha: false,
  paint(pixels, { index, width }) {
    for (let at = 0; at < pixels.length; at += 4) {
      const x = (at / 4) % width;
      pixels[at] = (x + index) & 255;
      pixels[at + 1] = 128 + 127 * Math.sin((x * index) / 9000);
      pixels[at + 2] = index & 255;
      pixels[at + 3] = 255;
    }
  },
});
