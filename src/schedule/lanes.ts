import { defer, Observable } from 'rxjs';

/**
 * Runs items one after the other, in several lanes. An item is in a lane until it emits what `leaves` says; the next may
 * then begin, while it comes to its end beside. At most one more than there are lanes are open at a time.
 *
 *     one lane, leaving at x   a  --x--|
 *                              b    --x--|
 *                              c       --x--|
 */
export function inLanes<T, E>(
  items: readonly T[],
  lanes: number,
  run: (item: T) => Observable<E>,
  leaves: (item: T, event: E) => boolean,
): Observable<E> {
  return new Observable<E>((subscriber) => {
    let next = 0;
    let inLane = 0;
    let open = 0;
    let starting = false;

    // A loop and not a recursion: a synchronous item leaves its lane while it is started.
    const start = () => {
      if (starting) return;
      starting = true;
      while (next < items.length && inLane < lanes && open <= lanes && !subscriber.closed) {
        next += 1;
        runOne(items[next - 1] as T);
      }
      starting = false;
      if (next === items.length && open === 0) subscriber.complete();
    };

    const runOne = (item: T) => {
      let isInLane = true;
      const leave = () => {
        if (isInLane) inLane -= 1;
        isInLane = false;
      };
      inLane += 1;
      open += 1;
      subscriber.add(
        defer(() => run(item)).subscribe({
          next(event) {
            subscriber.next(event);
            if (!isInLane || !leaves(item, event)) return;
            leave();
            start();
          },
          error: (error) => subscriber.error(error),
          complete() {
            leave();
            open -= 1;
            start();
          },
        }),
      );
    };

    start();
  });
}
