type Colour = readonly [red: number, green: number, blue: number];

/** From the shadows to the lights. */
const PALETTES: readonly (readonly [Colour, Colour, Colour])[] = [
  [
    [30, 8, 26],
    [214, 70, 40],
    [255, 208, 128],
  ],
  [
    [20, 8, 52],
    [186, 40, 128],
    [255, 170, 150],
  ],
  [
    [4, 16, 40],
    [8, 116, 142],
    [164, 246, 214],
  ],
  [
    [12, 8, 48],
    [84, 58, 206],
    [206, 184, 255],
  ],
  [
    [26, 6, 20],
    [220, 48, 66],
    [255, 196, 104],
  ],
  [
    [2, 20, 34],
    [24, 96, 196],
    [150, 232, 255],
  ],
  [
    [24, 10, 6],
    [206, 108, 28],
    [255, 230, 160],
  ],
];

export const LEADER_FRAMES = 3; // The countdown 3, 2, 1.
const LEADER_LIGHT: Colour = [196, 184, 160];

/** A picture of few, soft pixels: three floats each, to be stretched. */
export interface Soft {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
  /** Room for one row that is blended from two. */
  readonly blend: Float32Array;
}

export function softPicture(columns: number, rows: number): Soft {
  const size = columns * 3;
  return { columns, rows, values: new Float32Array(size * rows), blend: new Float32Array(size) };
}

/** Paints what film frame `number` shows: plain light for the leader, then silk in the wind. */
export function paintFilmFrame(soft: Soft, number: number, time: number): void {
  const { columns, rows, values } = soft;
  if (number < LEADER_FRAMES) {
    for (let at = 0; at < values.length; at += 1) values[at] = LEADER_LIGHT[at % 3] as number;
    return;
  }
  const [dark, middle, light] = PALETTES[number % PALETTES.length] as (typeof PALETTES)[number];
  const turn = number * 2.4;
  const tiltX = Math.cos(turn * 0.7) * 1.7;
  const tiltY = 1.3 + Math.sin(turn) * 0.8;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const y = (2 * row) / (rows - 1) - 1;
    for (let column = 0; column < columns; column += 1, at += 3) {
      const x = ((2 * column) / (columns - 1) - 1) * 1.78;
      const slow = Math.sin(1.25 * x + 0.9 * Math.sin(0.9 * y + 0.6 * time + turn) + 0.45 * time);
      const cross = Math.sin(1.8 * y + 1.25 * Math.sin(1.05 * x - 0.5 * time + turn));
      const fold = Math.sin(tiltX * x + tiltY * y + 1.7 * slow + 0.9 * cross - 0.9 * time + turn);
      const depth = Math.min(1, Math.max(0, 0.48 + 0.27 * slow + 0.14 * cross + 0.2 * fold));
      const sheen = Math.max(0, fold) ** 7 * (0.35 + 0.4 * depth);
      for (let channel = 0; channel < 3; channel += 1) {
        const lower = dark[channel] as number;
        const upper = light[channel] as number;
        const between = middle[channel] as number;
        const base =
          depth < 0.6
            ? lower + (between - lower) * ease(depth / 0.6)
            : between + (upper - between) * ease((depth - 0.6) / 0.4);
        values[at + channel] = base * (1 - 0.45 * sheen) + upper * 0.75 * sheen;
      }
    }
  }
}

/** The light around the gate: it spills over the film, and falls in slow shafts to both sides. */
export function paintSpill(soft: Soft, aspect: number, position: number, time: number): void {
  const { columns, rows, values } = soft;
  const [red, green, blue] = spillColour(position);
  for (let row = 0, at = 0; row < rows; row += 1) {
    const y = (2 * row) / (rows - 1) - 1;
    for (let column = 0; column < columns; column += 1, at += 3) {
      const x = ((2 * column) / (columns - 1) - 1) * aspect;
      const outX = Math.max(0, Math.abs(x) - 1.045);
      const outY = Math.max(0, Math.abs(y) - 0.5875);
      const away = Math.sqrt(outX * outX + outY * outY);
      const angle = Math.atan2(y, x);
      const sway = 0.25 * Math.sin(0.31 * time);
      const shafts =
        0.5 + 0.5 * Math.sin(angle * 9 + sway * 4 + 1.3 * Math.sin(angle * 5 - 0.7 * time + Math.sign(x)));
      const smoke = 0.75 + 0.25 * Math.sin(3 * x - 0.8 * time + 2 * Math.sin(2.3 * y + 0.5 * time));
      const near = Math.exp(-9 * away);
      const far = Math.exp(-1.7 * away) * (0.25 + 0.75 * shafts) * smoke;
      const light = 0.42 * near + 0.62 * far;
      values[at] = 3 + red * light;
      values[at + 1] = 3.5 + green * light;
      values[at + 2] = 6 + blue * light;
    }
  }
}

function spillColour(position: number): Colour {
  const number = Math.floor(position);
  const part = position - number;
  const from = lightOf(number);
  const to = lightOf(number + 1);
  const mix = (channel: 0 | 1 | 2) => from[channel] * (1 - part) + to[channel] * part;
  return [mix(0), mix(1), mix(2)];
}

function lightOf(number: number): Colour {
  if (number < LEADER_FRAMES) return [150, 128, 96];
  const [, middle, light] = PALETTES[number % PALETTES.length] as (typeof PALETTES)[number];
  const mix = (channel: 0 | 1 | 2) => 0.7 * middle[channel] + 0.3 * light[channel];
  return [mix(0), mix(1), mix(2)];
}

function ease(value: number): number {
  return value * value * (3 - 2 * value);
}
