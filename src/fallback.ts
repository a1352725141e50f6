import { catchError, concat, type Observable, of } from 'rxjs';
import type { CaptureSession, CaptureSource, Fallback } from './capture/source';
import { FilmgateError } from './errors';
import type { RenderEvent } from './frames/events';

/** Opens the session of one attempt. */
export type OpenSession = () => CaptureSession;

/** An attempt that has failed, of which the next one is the fallback. */
export interface Failed {
  readonly error: FilmgateError;
  /** Whether what it has verified may be used. */
  readonly keepsSegments: boolean;
}

type Closed = ((error?: unknown) => void) | undefined;

/**
 * Renders, and once more with another source if the first one says, when all of it is closed, that this helps.
 * `closed` is called once: when nothing comes any more.
 */
export function withFallback(
  source: CaptureSource,
  closed: Closed,
  attempt: (open: OpenSession, closed: Closed, failed?: Failed) => Observable<RenderEvent>,
): Observable<RenderEvent> {
  let session: CaptureSession | undefined;
  let fallback: Fallback | undefined;
  const open = () => {
    session = source.open();
    return session;
  };
  const closedFirst = (error?: unknown) => {
    fallback = error === undefined ? undefined : session?.fallback?.(error);
    if (!fallback) closed?.(error);
  };
  return attempt(open, closedFirst).pipe(
    catchError((error) => {
      if (!fallback || !FilmgateError.is(error)) throw error;
      const { source: next, keepsSegments } = fallback;
      const { message, frame: index } = error;
      const event: RenderEvent = { type: 'captureFallback', message, index };
      return concat(
        of(event),
        attempt(() => next.open(), closed, { error, keepsSegments }),
      );
    }),
  );
}
