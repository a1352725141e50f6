import type { SceneFrame } from '../../index';

const MOTES = 150;

/** Motes of dust that drift through the light, each on a path of its own that any worker can compute. */
export function drawDust(
  pixels: Uint8ClampedArray,
  frame: SceneFrame<unknown>,
  time: number,
  light: number,
): void {
  const { width, height } = frame;
  const scale = Math.min(width / 1280, height / 720);
  for (let mote = 0; mote < MOTES; mote += 1) {
    const a = scatter(mote, 1);
    const b = scatter(mote, 2);
    const c = scatter(mote, 3);
    const x = wrap(a + 0.012 * time * (b - 0.35) + 0.012 * Math.sin(time * (0.4 + c) + 9 * b)) * width;
    const y = wrap(b - 0.016 * time * (0.4 + c) + 0.01 * Math.cos(time * (0.5 + a) + 7 * c)) * height;
    const twinkle = 0.6 + 0.4 * Math.sin(time * (1 + 2 * c) + 20 * a);
    const radius = (1.1 + 3.4 * c ** 4 * 2) * scale;
    splat(pixels, width, height, x, y, radius, (light * twinkle * (16 + 34 * a)) / (1 + c * 1.5));
  }
}

function splat(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  x: number,
  y: number,
  radius: number,
  light: number,
): void {
  const reach = Math.ceil(radius * 2);
  for (let row = Math.max(0, (y | 0) - reach); row <= Math.min(height - 1, (y | 0) + reach); row += 1) {
    for (
      let column = Math.max(0, (x | 0) - reach);
      column <= Math.min(width - 1, (x | 0) + reach);
      column += 1
    ) {
      const square = ((column - x) ** 2 + (row - y) ** 2) / (radius * radius);
      const glow = light * Math.exp(-1.4 * square);
      const at = (row * width + column) * 4;
      pixels[at] = (pixels[at] as number) + glow;
      pixels[at + 1] = (pixels[at + 1] as number) + glow * 0.92;
      pixels[at + 2] = (pixels[at + 2] as number) + glow * 0.78;
    }
  }
}

/** A number from 0 to 1 that belongs to a mote. */
function scatter(mote: number, what: number): number {
  const wave = Math.sin(mote * 127.1 + what * 311.7) * 43758.5453;
  return wave - Math.floor(wave);
}

function wrap(value: number): number {
  return value - Math.floor(value);
}
