import { Observable, Subject } from 'rxjs';
import { FilmgateError } from '../errors';
import { wholeNumber } from '../frames/check';
import { type FrameRange, formatRange } from '../frames/range';
import { ByteBudget } from './byteBudget';

/** How much may be outstanding (requested, and not yet drained) at any moment. */
export interface Window extends FrameRange {
  /** The most frames, at least 1. */
  readonly window: number;
  /** The most bytes. Without it, frames alone are counted. */
  readonly bytes?: {
    /** Frames held, and room kept for those requested, stay within this many bytes. */
    readonly budget: number;
    /** What one frame may need at most, in bytes: so much is kept free for each frame not yet captured. */
    readonly perFrame: number;
  };
}

/** Tells the window how many bytes frame `index` has, now that it is captured. */
export type Hold = (index: number, bytes: number) => void;

/**
 * The one rule: a frame is requested only when the window has room, and the window gets room only when a frame
 * has drained.
 *
 * `pipeline` gets the indices to capture, in ascending order, and emits once for each frame drained, in the same
 * order. Each of its emissions is the credit that issues the next index. Since requests and drains are both in
 * order, what is outstanding is one contiguous run of indices, and its lowest is always in some worker's hands or
 * being written: the window cannot deadlock.
 *
 *     window 2   indices  (01)--2--3--|
 *                drained  ------0--1--2--3|
 *
 * Errors: `INVALID_OPTION` for a window below 1, `FRAME_MISSING` when the pipeline completes early, and whatever the
 * pipeline fails with.
 */
export function pullWindow<T>(
  { first, count, window, bytes }: Window,
  pipeline: (indices: Observable<number>, hold: Hold) => Observable<T>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    wholeNumber('window', window, 1);
    const indices = new Subject<number>();
    const budget = bytes && new ByteBudget(bytes.budget, bytes.perFrame);
    const end = first + count;
    let next = first;
    let drained = first;
    let issuing = false;

    const hasRoom = () => next - drained < window && (budget?.hasRoom() ?? true);

    // A loop and not a recursion: with a synchronous pipeline, credits arrive while an index is being issued.
    const issue = () => {
      if (issuing) return;
      issuing = true;
      while (next < end && hasRoom() && !subscriber.closed) {
        budget?.reserve(next);
        next += 1;
        indices.next(next - 1);
      }
      issuing = false;
      if (next === end) indices.complete();
    };

    // The feedback edge stands before the first request is issued, or a synchronous credit would be lost.
    subscriber.add(
      pipeline(indices, (index, size) => budget?.hold(index, size)).subscribe({
        next(value) {
          budget?.release(drained);
          drained += 1;
          subscriber.next(value);
          issue();
        },
        error: (error) => subscriber.error(error),
        complete() {
          if (drained === end) return subscriber.complete();
          const range = formatRange({ first, count });
          subscriber.error(
            new FilmgateError('FRAME_MISSING', `the frames of ${range} ended before frame ${drained}`),
          );
        },
      }),
    );
    issue();
  });
}
