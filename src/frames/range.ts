import { invalidOption } from '../errors';
import { integerInRange } from './check';

/** A contiguous run of frame indices: `first`, `first + 1`, … `first + count - 1`. */
export interface FrameRange {
  /** The lowest index, counted from 0. */
  readonly first: number;
  /** How many frames, at least 1. */
  readonly count: number;
}

/** Whether `index` lies in the range. */
export function inRange(index: number, { first, count }: FrameRange): boolean {
  return Number.isInteger(index) && index >= first && index < first + count;
}

/** `0-299`: both ends inclusive. */
export function formatRange({ first, count }: FrameRange): string {
  return `${first}-${first + count - 1}`;
}

/**
 * Reads `a-b`, both ends inclusive, or a single index.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseRange(text: string, option = 'frames'): FrameRange {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  if (!match) throw invalidOption(option, text, 'give the first and the last frame, such as 0-299');
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last < first)
    throw invalidOption(option, text, `the last frame comes before the first; use ${last}-${first}`);
  return { first, count: last - first + 1 };
}

/**
 * Checks that a range holds at least one frame and lies within the `total` frames that there are.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkRange(range: FrameRange, total: number, option = 'frames'): FrameRange {
  integerInRange(`${option}.first`, range.first, 0);
  integerInRange(`${option}.count`, range.count, 1);
  if (range.first + range.count <= total) return range;
  throw invalidOption(
    option,
    formatRange(range),
    `the source has ${total} frames: stay within 0-${total - 1}`,
  );
}
