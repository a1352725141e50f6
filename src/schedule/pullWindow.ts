import { Observable, Subject } from 'rxjs';
import { FilmgateError } from '../errors';
import { type FrameRange, formatRange } from '../frames/range';
import type { Room } from './room';

/**
 * The one rule: a frame is requested only when the window has room, and the window gets room only when a frame
 * has drained.
 *
 * `pipeline` gets the indices to capture, in ascending order, and emits once for each frame drained, in the same
 * order. Each of its emissions is the credit that issues the next index. Since requests and drains are both in
 * order, what is outstanding is one contiguous run of indices, and its lowest is always in some worker's hands or
 * being written: the window cannot deadlock. Neither can several that share a room: each drains on its own.
 *
 *     room for 2   indices  (01)--2--3--|
 *                  drained  ------0--1--2--3|
 *
 * Errors: `FRAME_MISSING` when the pipeline completes early, and whatever the pipeline fails with.
 */
export function pullWindow<T>(
  { first, count }: FrameRange,
  room: Room,
  pipeline: (indices: Observable<number>) => Observable<T>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const indices = new Subject<number>();
    const end = first + count;
    let next = first;
    let drained = first;
    let issuing = false;

    // A loop and not a recursion: with a synchronous pipeline, credits arrive while an index is being issued.
    const issue = () => {
      if (issuing) return;
      issuing = true;
      while (next < end && tenant.hasRoom() && !subscriber.closed) {
        tenant.take(next);
        next += 1;
        if (next === end) tenant.rest();
        indices.next(next - 1);
      }
      issuing = false;
      if (next === end) indices.complete();
    };

    const tenant = room.enter(issue);
    subscriber.add(() => tenant.leave());
    // The feedback edge stands before the first request is issued, or a synchronous credit would be lost.
    subscriber.add(
      pipeline(indices).subscribe({
        next(value) {
          tenant.free(drained);
          drained += 1;
          subscriber.next(value);
          room.askAll();
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
