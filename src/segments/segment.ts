import { invalidOption } from '../errors';
import type { FrameRange } from '../frames/range';
import { type FrameRate, framesIn, frameTime } from '../frames/rate';
import { parseTimecode } from '../frames/timecode';
import { SEGMENT_SECONDS, SEGMENTED_ABOVE_SECONDS } from '../options/renderOptions';

/** A contiguous part of a render, encoded to a file of its own. */
export interface Segment extends FrameRange {
  /** Its place among the segments, counted from 0. */
  readonly segment: number;
}

const PER_LANE = 4; // segments at least, where several are to be encoded at once.

/**
 * Reads a segment's length: in seconds (`10`, `'10s'`), in frames (`'300f'`), or `'off'`. What is returned tells how many
 * frames that is.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseSegmentLength(input: number | string): (fps: FrameRate) => number {
  if (input === 'off') return () => Number.POSITIVE_INFINITY;
  const length = parseTimecode(input);
  if (!length || length.value === 0) {
    throw invalidOption('segment', input, "give a length above 0, such as 10s or 300f, or 'off'");
  }
  const { value, unit } = length;
  return (fps) => (unit === 'frames' ? value : Math.max(1, framesIn(value, fps)));
}

/** The length of a segment, in frames, where none was asked for. */
export function defaultSegmentLength(frames: number, fps: FrameRate, lanes: number): number {
  const usual = framesIn(SEGMENT_SECONDS, fps);
  if (lanes > 1) return Math.max(1, Math.min(usual, Math.ceil(frames / (lanes * PER_LANE))));
  return frameTime(frames, fps) > SEGMENTED_ABOVE_SECONDS ? usual : Number.POSITIVE_INFINITY;
}

/** A range in parts of so many frames; the last may have fewer. */
export function splitRange({ first, count }: FrameRange, frames: number): Segment[] {
  const length = Math.min(frames, count);
  return Array.from({ length: Math.ceil(count / length) }, (_, segment) => ({
    segment,
    first: first + segment * length,
    count: Math.min(length, count - segment * length),
  }));
}
