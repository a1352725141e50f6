import { invalidOption } from '../errors';
import { type FrameRate, frameTime } from './rate';

/** Reads seconds (`1.5`, `'1.5'`, `'1.5s'`) or whole frames (`'45f'`); undefined if it is neither. */
export function parseTimecode(
  input: number | string,
): { readonly value: number; readonly unit: 'seconds' | 'frames' } | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(s|f)?$/i.exec(String(input).trim());
  if (!match) return undefined;
  const value = Number(match[1]);
  if (match[2]?.toLowerCase() !== 'f') return { value, unit: 'seconds' };
  return Number.isSafeInteger(value) ? { value, unit: 'frames' } : undefined;
}

/** How many frames there are, and how fast they follow each other. */
export interface Length {
  readonly frames: number;
  readonly fps: FrameRate;
}

/**
 * Reads a moment, in seconds (`1.5`, `'1.5'`, `'1.5s'`) or as a frame (`'45f'`). What is returned tells which frame is
 * shown at that moment; the very end shows the last one. Both throw `INVALID_OPTION`.
 */
export function parseFrameAt(moment: number | string, option = 'at'): (length: Length) => number {
  const time = parseTimecode(moment);
  if (!time) throw invalidOption(option, moment, 'give seconds, such as 1.5s, or a frame, such as 45f');
  return ({ frames, fps }) => {
    const index = time.unit === 'frames' ? time.value : shownAt(time.value, { frames, fps });
    if (index < frames) return index;
    const end = frameTime(frames, fps);
    throw invalidOption(
      option,
      moment,
      `it lasts ${end} s: stay within 0s to ${end}s, or 0f to ${frames - 1}f`,
    );
  };
}

/** The indices in the middle of `count` equal parts of the length, or all where there are no more. */
export function evenlySpaced(count: number, frames: number): number[] {
  const parts = Math.min(count, frames);
  return Array.from({ length: parts }, (_, part) => Math.floor(((part + 0.5) * frames) / parts));
}

const SLACK = 1e-6; // frames: 0.1 s × 30 is a little less than 3.

function shownAt(seconds: number, { frames, fps }: Length): number {
  const exact = (seconds * fps.numerator) / fps.denominator;
  return Math.abs(exact - frames) < SLACK ? frames - 1 : Math.floor(exact + SLACK);
}
