import type { FrameRange } from '../frames/range';
import { type FrameRate, frameTime } from '../frames/rate';
import type { Gains } from './gains';
import type { HeardRun, HeardSpan } from './heardSound';
import { SAMPLE_RATE, samplesIn } from './samples';

/** A part of a medium's sound, and where in the video's it is added. All in samples at {@link SAMPLE_RATE}. */
export interface Placement {
  /** Where in the video. */
  readonly at: number;
  /** Where in the medium, when that has been brought to its rate. */
  readonly from: number;
  readonly length: number;
  readonly gains: Gains;
}

const SLACK = 1e-6; // seconds by which a start may be off.

/**
 * Where a run is heard in the video of a range. `period` is the length of its medium in samples, which a loop needs.
 * A stretch of frames that do not tell of it cuts it, and it goes on behind as if it had been heard.
 */
export function* placementsOf(
  run: HeardRun,
  range: FrameRange,
  fps: FrameRate,
  period = Number.POSITIVE_INFINITY,
): Generator<Placement> {
  const sample = (seconds: number) => Math.round((seconds - frameTime(range.first, fps)) * SAMPLE_RATE);
  const first = sample(run.start);
  const from = Math.round((run.from * SAMPLE_RATE) / run.rate);
  for (const span of run.spans) {
    const gains = gainsOf(
      span,
      (frame) => (frameTime(frame, fps) - frameTime(range.first, fps)) * SAMPLE_RATE,
    );
    if (gains === undefined) continue;
    const [start, end] = heardBetween(run, span, range, fps);
    const at = Math.max(0, sample(start));
    const until = Math.min(samplesIn(range.count, fps), sample(end));
    const again = Math.round(((run.loopFrom ?? 0) * SAMPLE_RATE) / run.rate);
    const length = period / run.rate - again;
    const loop = run.loop && length > 0 ? length : Number.POSITIVE_INFINITY;
    for (const pass of passes(at, until, from + at - first - again, loop, gains))
      yield { ...pass, from: pass.from + again };
  }
}

/** The seconds of a film between which a span is heard. */
function heardBetween(run: HeardRun, span: HeardSpan, range: FrameRange, fps: FrameRate): [number, number] {
  const isFirst = span.first === range.first || run.start >= frameTime(span.first - 1, fps) - SLACK;
  const start = isFirst ? run.start : frameTime(span.first, fps);
  return [start, Math.min(run.end ?? Number.POSITIVE_INFINITY, frameTime(span.last + 1, fps))];
}

/** Each pass through the medium begins where the last one ends, rounded by itself: over an hour nothing adds up. */
function* passes(at: number, until: number, from: number, period: number, gains: Gains) {
  for (let pass = Math.floor(from / period); at < until; pass += 1) {
    const begin = period === Number.POSITIVE_INFINITY ? 0 : Math.round(pass * period);
    const end = Math.round((pass + 1) * period);
    const length = Math.min(until - at, end - from);
    if (length > 0) yield { at, from: from - begin, length, gains };
    at += length;
    from += length;
  }
}

/** Undefined where it is silent throughout. */
function gainsOf({ volumes }: HeardSpan, position: (frame: number) => number): Gains | undefined {
  if (volumes.every((value, at) => at % 2 === 0 || value === 0)) return undefined;
  return volumes.map((value, at) => (at % 2 === 0 ? position(value) : value));
}
