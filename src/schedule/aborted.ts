import { defer, fromEvent, map, NEVER, type Observable, of } from 'rxjs';
import { FilmgateError } from '../errors';

/** Says something once a signal is aborted; at once where it is already, and never where there is none. */
export function aborted(signal: AbortSignal | undefined): Observable<unknown> {
  if (!signal) return NEVER;
  return defer(() => (signal.aborted ? of(undefined) : fromEvent(signal, 'abort')));
}

/** Errors with `CANCELLED` when the signal is aborted. */
export function cancelled(signal: AbortSignal | undefined): Observable<never> {
  return aborted(signal).pipe(
    map(() => {
      throw new FilmgateError('CANCELLED', 'the render was cancelled', { cause: signal?.reason });
    }),
  );
}
