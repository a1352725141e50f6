import { asyncScheduler, interval, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { type FailurePlace, FilmgateError, messageOf, placeOf } from '../errors';
import type { RenderEvent } from '../frames/events';
import { ProgressState } from './progressState';
import type { Snapshot } from './snapshot';

/** All that those who show a render know of it: events, snapshots, and how it ended. */
export type StreamEvent =
  | RenderEvent
  | { readonly type: 'progress'; readonly snapshot: Snapshot }
  /** Why there is no video. A code that is not an `ErrorCode` is a bug. */
  | ({ readonly type: 'failed'; readonly code: string; readonly message: string } & FailurePlace)
  /** So many events were not saved. */
  | { readonly type: 'dropped'; readonly count: number };

/** An event, and when it happened: milliseconds since the render was subscribed to. */
export interface TimedEvent {
  readonly at: number;
  readonly event: StreamEvent;
}

const SNAPSHOT_INTERVAL = 250; // ms

/** Adds times and snapshots to the events of a render. A failure becomes the last event; it never errors. */
export function timeline(
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<RenderEvent, TimedEvent> {
  return (events) =>
    new Observable<TimedEvent>((subscriber) => {
      const start = scheduler.now();
      const clock = scheduler === asyncScheduler ? preciseClock() : () => scheduler.now() - start;
      const state = new ProgressState(0);
      let hasFinished = false;
      const tell = (at: number, event: StreamEvent) => subscriber.next({ at, event });
      const takeSnapshot = (at: number) => tell(at, { type: 'progress', snapshot: state.snapshot(at) });
      subscriber.add(interval(SNAPSHOT_INTERVAL, scheduler).subscribe(() => takeSnapshot(clock())));
      subscriber.add(
        events.subscribe({
          next(event) {
            const at = clock();
            state.add(event, at);
            if (event.type === 'finished') takeSnapshot(at); // Where it stands at the end, before the end.
            hasFinished ||= event.type === 'finished';
            tell(at, event);
          },
          error(error) {
            const at = clock();
            const code = FilmgateError.is(error) ? error.code : 'UNEXPECTED';
            takeSnapshot(at);
            tell(at, { type: 'failed', code, message: messageOf(error), ...placeOf(error) });
            subscriber.complete();
          },
          complete() {
            if (!hasFinished) takeSnapshot(clock()); // A gate's events just end.
            subscriber.complete();
          },
        }),
      );
    });
}

/** `scheduler.now()` has whole milliseconds, and may be set back. */
function preciseClock(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
