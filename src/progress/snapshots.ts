import { asyncScheduler, interval, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { RenderEvent } from '../frames/events';
import { ProgressState } from './progressState';
import type { Snapshot } from './snapshot';

/** How often, and by which clock, {@link snapshots} are taken. */
export interface SnapshotOptions {
  /** Milliseconds from one snapshot to the next. Default 250. */
  readonly every?: number;
  /** The clock. Default: the real one. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Turns the events of a render into snapshots for a display: one at every tick of the clock, whether events are
 * many or none, and one more when the render completes. An error passes at once.
 *
 *     render(options).pipe(snapshots()).subscribe(({ written, total }) => console.log(`${written}/${total}`));
 */
export function snapshots(options: SnapshotOptions = {}): OperatorFunction<RenderEvent, Snapshot> {
  const { every = 250, scheduler = asyncScheduler } = options;
  return (events) =>
    new Observable<Snapshot>((subscriber) => {
      const state = new ProgressState(scheduler.now());
      const take = () => subscriber.next(state.snapshot(scheduler.now()));
      subscriber.add(interval(every, scheduler).subscribe(take));
      subscriber.add(
        events.subscribe({
          next: (event) => state.add(event, scheduler.now()),
          error: (error) => subscriber.error(error),
          complete() {
            take();
            subscriber.complete();
          },
        }),
      );
    });
}
