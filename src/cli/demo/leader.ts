import { type Film, smooth } from './film';
import { LEADER_FRAMES } from './light';
import { shapeText } from './strokes';

/** The countdown at a film's beginning: rings, a cross, a number, and a hand that goes round once a second. */
export interface Leader {
  readonly width: number;
  readonly height: number;
  /** For each pixel of the frame, how far round the hand it is, from 0 (up) to 1. */
  readonly angle: Float32Array;
  /** How light each pixel of the frames 3, 2 and 1 is, without the hand. */
  readonly prints: readonly Float32Array[];
  readonly row: Float32Array;
  /** A row of film without a leader. */
  readonly clear: Float32Array;
}

export function prepareLeader({ gateWidth: width, gateHeight: height, scale }: Film): Leader {
  const angle = new Float32Array(width * height);
  const plain = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const dx = x + 0.5 - width / 2;
      const dy = y + 0.5 - height / 2;
      const away = Math.hypot(dx, dy);
      const turn = Math.atan2(dx, -dy) / (2 * Math.PI);
      const at = y * width + x;
      angle[at] = turn < 0 ? turn + 1 : turn;
      const lines = [away - 168 * scale, away - 148 * scale, dx, dy].map((offset, line) =>
        cover(Math.abs(offset), (line < 2 ? 2.5 : 1) * scale),
      );
      plain[at] = 1 - 0.82 * Math.max(...lines);
    }
  }
  const prints = Array.from({ length: LEADER_FRAMES }, (_, number) => {
    const print = plain.slice();
    const digit = shapeText(String(LEADER_FRAMES - number), 168 * scale, 0, 16 * scale);
    const left = Math.round((width - digit.width) / 2);
    const top = Math.round((height - digit.height) / 2);
    for (let y = 0; y < digit.height; y += 1) {
      for (let x = 0; x < digit.width; x += 1) {
        const at = (top + y) * width + left + x;
        const ink = cover(digit.distance[y * digit.width + x] as number, 11 * scale);
        if (print[at] !== undefined) print[at] = (print[at] as number) * (1 - ink) + 0.06 * ink;
      }
    }
    return print;
  });
  return {
    width,
    height,
    angle,
    prints,
    row: new Float32Array(width),
    clear: new Float32Array(width).fill(1),
  };
}

/** How light each pixel of one row is, at `v` from 0 to 1 down the frame. */
export function leaderShade(leader: Leader, number: number, v: number, story: number): Float32Array {
  const { width, height, angle, prints, row } = leader;
  const print = prints[number];
  if (!print || v < 0 || v >= 1) return leader.clear;
  const hand = number < Math.floor(story) ? 1 : smoothless((story - number) / 0.76);
  const from = Math.floor(v * height) * width;
  const middle = height / 2;
  const rowAway = from / width + 0.5 - middle;
  for (let x = 0; x < width; x += 1) {
    const radius = Math.max(4, Math.hypot(x + 0.5 - width / 2, rowAway));
    const past = (hand - (angle[from + x] as number)) * 6.283 * radius; // In pixels: a sharp edge at any radius.
    const swept = hand >= 1 ? 1 : Math.min(1, Math.max(0, past + 0.5));
    row[x] = (print[from + x] as number) * (1 - 0.42 * swept);
  }
  return row;
}

function smoothless(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function cover(away: number, halfWidth: number): number {
  return smooth(halfWidth + 1 - away);
}
