/** A small vector font: each glyph is a few strokes on a grid of 8 by 12, `~` marks those that are rounded. */
const GLYPHS: Record<string, string> = {
  A: '0c408c|1979',
  B: '000c|~00508083865606|~065686898c5c0c',
  C: '~82704000060c4c7c8a',
  D: '000c|~004080868c4c0c',
  E: '80000c8c|0676',
  F: '80000c|0666',
  G: '~82704000060c4c8c87|8757',
  H: '000c|808c|0686',
  I: '404c',
  J: '~80898c4c0c09',
  K: '000c|8007|358c',
  L: '000c8c',
  M: '0c0048808c',
  N: '0c008c80',
  O: '~4000060c4c8c868040',
  P: '000c|~00508084875707',
  Q: '~4000060c4c8c868040|588c',
  R: '000c|~00508084875707|478c',
  S: '~8280400003064686898c4c0c0a',
  T: '0080|404c',
  U: '~00090c4c8c8980',
  V: '004c80',
  W: '002c446c80',
  X: '008c|800c',
  Y: '004680|464c',
  Z: '00800c8c',
  0: '~4000060c4c8c868040',
  1: '13404c',
  2: '~03004080840c|0c8c',
  3: '~02004080838636|~4686898c4c0c0a',
  4: '6c600989',
  5: '800006|~06154585888c4c0c0a',
  6: '~704000060c4c8c85450509',
  7: '00803c',
  8: '~400003064686838040|~4606090c4c8c898646',
  9: '~1c4c8c8680400007478783',
  '/': '800c',
  ':': '4444|4949',
  '.': '4c4c',
  '-': '1777',
};

const HEIGHT = 12;

type Point = readonly [x: number, y: number];

/** Distances to the strokes of a text, in pixels, as far as `reach`: what is drawn from them is always smooth. */
export interface TextShape {
  readonly width: number;
  readonly height: number;
  /** Margin around the letters, in pixels. */
  readonly reach: number;
  readonly distance: Float32Array;
}

/** Lays out a text whose capitals are `size` pixels high. Letters that the font does not have become spaces. */
export function shapeText(text: string, size: number, spacing: number, reach: number): TextShape {
  const unit = size / HEIGHT;
  const margin = Math.ceil(reach);
  const segments: [Point, Point][] = [];
  let pen = margin;
  for (const letter of text.toUpperCase()) {
    const narrow = letter === 'I' || letter === ':' || letter === '.' ? 3 : 0;
    for (const stroke of GLYPHS[letter]?.split('|') ?? []) {
      const points = pointsOf(stroke).map(([x, y]): Point => [pen + (x - narrow) * unit, margin + y * unit]);
      for (let at = 1; at < points.length; at += 1)
        segments.push([points[at - 1] as Point, points[at] as Point]);
    }
    pen += (8 - 2 * narrow + spacing) * unit;
  }
  const width = Math.max(1, Math.ceil(pen - spacing * unit + margin));
  const height = Math.ceil(size + 2 * margin);
  const distance = new Float32Array(width * height).fill(reach);
  for (const [from, to] of segments) addSegment(distance, width, height, from, to, reach);
  return { width, height, reach: margin, distance };
}

function pointsOf(stroke: string): Point[] {
  const digits = stroke.replace('~', '');
  const points: Point[] = [];
  for (let at = 0; at < digits.length; at += 2) {
    points.push([Number.parseInt(digits[at] ?? '0', 16), Number.parseInt(digits[at + 1] ?? '0', 16)]);
  }
  return stroke.startsWith('~') ? rounded(rounded(rounded(rounded(points)))) : points;
}

/** Chaikin's corner cutting. */
function rounded(points: Point[]): Point[] {
  const cut = points.slice(1).flatMap(([x, y], at): Point[] => {
    const [fromX, fromY] = points[at] as Point;
    return [
      [fromX * 0.75 + x * 0.25, fromY * 0.75 + y * 0.25],
      [fromX * 0.25 + x * 0.75, fromY * 0.25 + y * 0.75],
    ];
  });
  return [points[0] as Point, ...cut, points.at(-1) as Point];
}

function addSegment(
  distance: Float32Array,
  width: number,
  height: number,
  [ax, ay]: Point,
  [bx, by]: Point,
  reach: number,
): void {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy || 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach));
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
      const away = Math.hypot(x - ax - along * dx, y - ay - along * dy);
      const at = y * width + x;
      if (away < (distance[at] as number)) distance[at] = away;
    }
  }
}
