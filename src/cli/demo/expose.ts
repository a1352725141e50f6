import type { SceneFrame } from '../../index';
import { type Film, smooth } from './film';
import { type Leader, leaderShade } from './leader';
import { LEADER_FRAMES, type Soft } from './light';

/** What is prepared once, and used for every frame. */
export interface Stage {
  readonly film: Film;
  readonly leader: Leader;
  readonly spill: Soft;
  /** The film frame in the gate, between the one before and the one after it. */
  readonly shown: readonly [Soft, Soft, Soft];
  /** Grain, and the dither that keeps dark gradients free of steps. */
  readonly grain: Float32Array;
  /** How bright the lamp is across the film: brightest in the middle. */
  readonly hotColumns: Float32Array;
  /** One row of the spill, and one of the film frame, stretched to their full width. */
  readonly light: Float32Array;
  readonly image: Float32Array;
}

export interface Exposure {
  readonly story: number;
  readonly position: number;
  /** Number of the film frame that is first in `shown`. */
  readonly first: number;
  readonly shutter: number;
  readonly brightness: number;
}

export const GRAIN = 2 ** 16;

/** Every row of the picture: the dark, the strip with its perforations, and the film frames in it. */
export function exposeRows(
  pixels: Uint8ClampedArray,
  frame: SceneFrame<unknown>,
  stage: Stage,
  exposure: Exposure,
): void {
  const { width, height } = frame;
  const { film, spill, shown, leader, light, image } = stage;
  const { story, position, first, shutter, brightness } = exposure;
  const spillLight = brightness * (0.45 + 0.55 * shutter);
  for (let y = 0; y < height; y += 1) {
    const down = y + 0.5 - height / 2 - position * film.pitch;
    const number = Math.round(-down / film.pitch);
    const local = Math.min(film.pitch - 1, Math.max(0, Math.floor(down + (number + 0.5) * film.pitch)));
    const frameY = (local - (film.pitch - film.gateHeight) / 2) / film.gateHeight;
    const soft = shown[Math.min(2, Math.max(0, number - first))] as Soft;
    stretchRow(spill, y / (height - 1 || 1), light, width);
    stretchRow(soft, Math.min(1, Math.max(0, frameY)), image, film.gateWidth);
    const shade = number < LEADER_FRAMES ? leaderShade(leader, number, frameY, story) : leader.clear;

    // Only what is in the gate is lit by the lamp; the frames before and after it glow a little.
    const fromMiddle = Math.abs(y + 0.5 - height / 2) / (film.gateHeight / 2);
    const inGate = smooth((1.06 - fromMiddle) / 0.09);
    const lamp = (0.12 + 0.88 * inGate) * (1 - 0.2 * Math.min(1, fromMiddle) ** 2) * shutter * brightness;
    const noise = Math.floor(frame.random() * GRAIN);
    const right = film.left + film.width;
    exposeDark(pixels, stage, y * width, 0, film.left, spillLight, noise);
    exposeFilm(pixels, stage, y * width, local * film.width, shade, spillLight, lamp, brightness, noise);
    exposeDark(pixels, stage, y * width, right, width, spillLight, noise);
  }
}

/** A part of a row beside the film. One row a call, so that the first frame already runs as compiled code. */
function exposeDark(
  pixels: Uint8ClampedArray,
  { light, grain }: Stage,
  row: number,
  left: number,
  right: number,
  spillLight: number,
  noise: number,
): void {
  for (let x = left, at = (row + left) * 4, from = left * 3; x < right; x += 1, at += 4, from += 3) {
    const grained = grain[(noise + x) & (GRAIN - 1)] as number;
    pixels[at] = (light[from] as number) * spillLight + grained;
    pixels[at + 1] = (light[from + 1] as number) * spillLight + grained;
    pixels[at + 2] = (light[from + 2] as number) * spillLight + grained;
    pixels[at + 3] = 255;
  }
}

function exposeFilm(
  pixels: Uint8ClampedArray,
  { film, light, image, grain, hotColumns }: Stage,
  row: number,
  tile: number,
  shade: Float32Array,
  spillLight: number,
  lamp: number,
  brightness: number,
  noise: number,
): void {
  const { width, left, picture, perforation } = film;
  const gateLeft = (width - film.gateWidth) >> 1;
  let at = (row + left) * 4;
  for (let x = 0, from = left * 3; x < width; x += 1, at += 4, from += 3) {
    const grained = grain[(noise + x) & (GRAIN - 1)] as number;
    const open = picture[tile + x] as number;
    let red = 0;
    let green = 0;
    let blue = 0;
    if (open < 1) {
      const hole = perforation[tile + x] as number;
      const base = (0.2 + 0.75 * hole) * spillLight;
      red = (light[from] as number) * base + 16 * hole * brightness;
      green = (light[from + 1] as number) * base + 13 * hole * brightness;
      blue = (light[from + 2] as number) * base + 11 * hole * brightness;
    }
    if (open > 0) {
      const column = x - gateLeft;
      const pixel = column * 3;
      const lit = lamp * (hotColumns[x] as number) * (shade[column] as number);
      red += ((image[pixel] as number) * lit - red) * open;
      green += ((image[pixel + 1] as number) * lit - green) * open;
      blue += ((image[pixel + 2] as number) * lit - blue) * open;
    }
    pixels[at] = red + grained;
    pixels[at + 1] = green + grained;
    pixels[at + 2] = blue + grained;
    pixels[at + 3] = 255;
  }
}

/** Stretches one row of a soft picture, at height `v` from 0 to 1, over `width` pixels. */
function stretchRow(
  { columns, rows, values, blend }: Soft,
  v: number,
  row: Float32Array,
  width: number,
): void {
  const top = Math.min(rows - 2, Math.floor(v * (rows - 1)));
  const part = v * (rows - 1) - top;
  const upper = top * columns * 3;
  const lower = upper + columns * 3;
  for (let at = 0; at < columns * 3; at += 1) {
    const above = values[upper + at] as number;
    blend[at] = above + ((values[lower + at] as number) - above) * part;
  }
  const step = (columns - 1) / Math.max(1, width - 1);
  for (let x = 0, at = 0; x < width; x += 1, at += 3) {
    const left = Math.min(columns - 2, (x * step) | 0);
    const across = x * step - left;
    const from = left * 3;
    const red = blend[from] as number;
    const green = blend[from + 1] as number;
    const blue = blend[from + 2] as number;
    row[at] = red + ((blend[from + 3] as number) - red) * across;
    row[at + 1] = green + ((blend[from + 4] as number) - green) * across;
    row[at + 2] = blue + ((blend[from + 5] as number) - blue) * across;
  }
}
