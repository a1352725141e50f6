import { Observable, Subject } from 'rxjs';
import { FilmgateError } from '../errors';
import { type FrameRange, formatRange } from '../frames/range';
import type { FrameBudget } from './frameBudget';

/** A frame to capture, and the slot that is its own until it has drained. */
export interface PulledFrame {
  /** Position in the video, counted from 0. */
  readonly index: number;
  /** From 0 to one below the window. */
  readonly slot: number;
}

/**
 * The one rule: a frame is requested only when the window has room, and the window gets room only when a frame
 * has drained.
 *
 * `pipeline` gets the frames to capture, in ascending order, and emits once for each frame drained, in the same
 * order. Each of its emissions is the credit that issues the next request. Since requests and drains are both in
 * order, what is outstanding is one contiguous run of indices, and its lowest is always in some worker's hands or
 * being written: the window cannot deadlock. Neither can several that share a budget: each drains on its own.
 *
 *     window of 2   requests  (01)--2--3--|
 *                   drained   ------0--1--2--3|
 *
 * Errors: `FRAME_MISSING` when the pipeline completes early, and whatever the pipeline fails with.
 */
export function pullWindow<T>(
  { first, count }: FrameRange,
  budget: FrameBudget,
  pipeline: (requests: Observable<PulledFrame>) => Observable<T>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const requests = new Subject<PulledFrame>();
    const end = first + count;
    let next = first;
    let drained = first;
    let issuing = false;

    // A loop and not a recursion: with a synchronous pipeline, credits arrive while a request is being issued.
    const issue = () => {
      if (issuing) return;
      issuing = true;
      while (next < end && lease.canReserve() && !subscriber.closed) {
        const index = next;
        const slot = lease.reserve(index);
        next += 1;
        if (next === end) lease.done();
        requests.next({ index, slot });
      }
      issuing = false;
      if (next === end) requests.complete();
    };

    const lease = budget.lease(issue);
    subscriber.add(() => lease.dispose());
    // The feedback edge stands before the first request is issued, or a synchronous credit would be lost.
    subscriber.add(
      pipeline(requests).subscribe({
        next(value) {
          try {
            lease.release(drained);
            drained += 1;
            subscriber.next(value);
            budget.wakeAll();
          } catch (error) {
            subscriber.error(error); // A broken invariant of the budget: RxJS would report it to nobody.
          }
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
