import { finalize, from, Observable, type ObservableInput, Subject, takeUntil } from 'rxjs';

/** Closes one resource. Called once; the resource counts as closed when what it returns completes. */
export type Cleanup = () => ObservableInput<unknown>;

/**
 * Runs `use`, and closes what it opened before anybody is told that it ended.
 *
 * `use` registers a `Close` for everything it opens. Complete and error reach the subscriber only after all of
 * them have run, the last registered first, one after the other. Unsubscribing starts the closing, exactly once;
 * `closed` is then how a caller learns that it has finished. What is registered after closing has begun is closed
 * as well.
 *
 * The first failure wins: an error of the work, or else the first error of a `Close`. All the others still run.
 */
export function withCleanup<T>(
  use: (onClose: (close: Cleanup) => void) => Observable<T>,
  closed?: (error?: unknown) => void,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const open: Cleanup[] = [];
    const stop = new Subject<void>();
    let failure: { error: unknown } | undefined;
    let isClosed = false;

    const closeAll = () => {
      const close = open.pop();
      if (close) return closeOne(close, closeAll);
      isClosed = true;
      try {
        closed?.(failure?.error);
      } finally {
        if (failure) subscriber.error(failure.error);
        else subscriber.complete();
      }
    };

    const closeOne = (close: Cleanup, then: () => void) => {
      attempt(close).subscribe({
        error(error) {
          failure ??= { error };
          then();
        },
        complete: then,
      });
    };

    const register = (close: Cleanup) => {
      if (isClosed) closeOne(close, () => {});
      else open.push(close);
    };

    // Before the work begins, so that a synchronous one is stopped too.
    subscriber.add(() => stop.next());
    attempt(() => use(register))
      .pipe(takeUntil(stop), finalize(closeAll)) // `finalize` runs once, when all of the work is torn down.
      .subscribe({
        next: (value) => subscriber.next(value as T),
        error(error) {
          failure = { error };
        },
      });
  });
}

/** What `open` returns, as an observable; what it throws, as an error of it. */
function attempt(open: () => ObservableInput<unknown>): Observable<unknown> {
  return new Observable((subscriber) => from(open()).subscribe(subscriber));
}
