import type { SceneFrame } from '../../index';
import { type Film, smooth } from './film';
import { shapeText, type TextShape } from './strokes';

/** The title, and the letters that the counters are set in. */
export interface Texts {
  readonly title: TextShape;
  readonly film: Film;
  readonly small: Map<string, TextShape>;
}

const TITLE_SIZE = 74;
const SMALL_SIZE = 11;

export function prepareTexts(film: Film, title: string): Texts {
  const { scale } = film;
  const fits = Math.min(1, 8.5 / Math.max(1, title.length)); // A longer title is set smaller.
  const shape = shapeText(title, TITLE_SIZE * fits * scale, 4.6, 34 * scale);
  const letters = [...'0123456789.FRAMETI'].map(
    (letter) => [letter, shapeText(letter, SMALL_SIZE * scale, 0, 3 * scale)] as const,
  );
  return { title: shape, film, small: new Map(letters) };
}

export function drawText(
  pixels: Uint8ClampedArray,
  frame: SceneFrame<unknown>,
  { title, film, small }: Texts,
  story: number,
  brightness: number,
): void {
  const { width, height, index, frames } = frame;
  const { scale } = film;
  const shown = smooth((story - 3.15) / 1.1) * brightness;
  if (shown > 0) {
    const x = Math.round((width - title.width) / 2);
    const y = Math.round((height - title.height) / 2);
    drawTitle(pixels, frame, title, x, y, shown, story, scale);
  }
  const digits = Math.max(4, String(frames).length);
  const base = height / 2 + film.gateHeight / 2;
  const left = (film.left - 92 * scale) / 2;
  const right = width - film.left + left;
  const lines: [string, number, number, number][] = [
    ['FRAME', left, base - 28 * scale, 0.4],
    [String(index).padStart(digits, '0'), left, base - 8 * scale, 0.85],
    ['TIME', right, base - 28 * scale, 0.4],
    [clock(frame.time), right, base - 8 * scale, 0.85],
  ];
  if (left < 8 * scale) return; // No room beside the film.
  for (const [text, x, y, light] of lines) {
    let pen = x;
    for (const letter of text) {
      const shape = small.get(letter);
      if (shape) drawSmall(pixels, width, height, shape, pen, y, light * brightness, scale);
      pen += (letter === 'I' || letter === '.' ? 9 : 14.5) * scale;
    }
  }
}

function clock(seconds: number): string {
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const part = String(hundredths % 100).padStart(2, '0');
  return `${String(Math.floor(hundredths / 100)).padStart(2, '0')}.${part}`;
}

/** Letters of light: a white core, a glow, and a gleam that passes over them. */
function drawTitle(
  pixels: Uint8ClampedArray,
  { width, height }: SceneFrame<unknown>,
  { width: columns, height: rows, distance }: TextShape,
  left: number,
  top: number,
  shown: number,
  story: number,
  scale: number,
): void {
  const halfStroke = 3.1 * scale * (0.4 + 0.6 * shown);
  const gleam = ((story - 3.6) / 2.2) * (columns + 400 * scale) - 200 * scale;
  for (let y = 0; y < rows; y += 1) {
    const row = top + y;
    if (row < 0 || row >= height) continue;
    for (let x = Math.max(0, -left); x < columns && left + x < width; x += 1) {
      const away = distance[y * columns + x] as number;
      const rest = 1 - away / (34 * scale);
      if (rest <= 0.001) continue;
      const core = Math.min(1, Math.max(0, halfStroke + 0.5 - away)) * shown;
      const passing = Math.max(0, 1 - Math.abs(x + 0.5 * y - gleam) / (120 * scale));
      const glow = rest * rest * rest * (0.55 + 0.9 * passing * passing) * shown;
      const at = (row * width + left + x) * 4;
      // The glow first darkens what is behind it, so that white letters stand out on a light frame as well.
      const veil = 1 - 0.5 * rest * rest * shown * (1 - core);
      const red = (pixels[at] as number) * veil + 46 * glow;
      const green = (pixels[at + 1] as number) * veil + 40 * glow;
      const blue = (pixels[at + 2] as number) * veil + 32 * glow;
      pixels[at] = red + (255 - red) * core;
      pixels[at + 1] = green + (250 - green) * core;
      pixels[at + 2] = blue + (240 - blue) * core;
    }
  }
}

function drawSmall(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  { width: columns, height: rows, reach, distance }: TextShape,
  left: number,
  top: number,
  light: number,
  scale: number,
): void {
  const x0 = Math.round(left) - reach;
  const y0 = Math.round(top) - reach;
  for (let y = Math.max(0, -y0); y < rows && y0 + y < height; y += 1) {
    for (let x = Math.max(0, -x0); x < columns && x0 + x < width; x += 1) {
      const core =
        Math.min(1, Math.max(0, 0.75 * scale + 0.5 - (distance[y * columns + x] as number))) * light;
      const at = ((y0 + y) * width + x0 + x) * 4;
      pixels[at] = (pixels[at] as number) + 225 * core;
      pixels[at + 1] = (pixels[at + 1] as number) + 190 * core;
      pixels[at + 2] = (pixels[at + 2] as number) + 140 * core;
    }
  }
}
