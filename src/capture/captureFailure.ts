import { type ErrorDetails, FilmgateError, messageOf } from '../errors';
import type { Deadline } from '../process/deadline';

type Place = Pick<ErrorDetails, 'frame' | 'worker'>;

/**
 * What failed, as an error that says at which frame and on which worker. What is already an error of ours stays the
 * same object; anything else becomes the cause of a `CAPTURE_FAILED`.
 */
export function captureFailed(frame: number, thrown: unknown, worker?: string): FilmgateError {
  if (FilmgateError.is(thrown)) return located(thrown, { frame, worker });
  const message = `frame ${frame} could not be captured: ${messageOf(thrown)}`;
  return new FilmgateError('CAPTURE_FAILED', message, { cause: thrown, frame, worker });
}

/** The same error, with where it happened as far as it does not say that itself. */
export function located<T>(thrown: T, { frame, worker }: Place): T {
  if (!FilmgateError.is(thrown)) return thrown;
  if (frame !== undefined && thrown.frame === undefined) Object.assign(thrown, { frame });
  if (worker !== undefined && thrown.worker === undefined) Object.assign(thrown, { worker });
  return thrown;
}

/** The same failure in other words, with the one before as its cause unless there is another. */
export function reworded(error: FilmgateError, message: string, details: ErrorDetails = {}): FilmgateError {
  const { code, frame, worker, exitCode, signal, stderr } = error;
  return new FilmgateError(code, message, {
    ...{ cause: error, frame, worker, exitCode, signal, stderr },
    ...details,
  });
}

/** The failure of a worker that says nothing by the deadline. */
export function stalled(frame: number, worker: string, deadline: Deadline): FilmgateError {
  const message = `frame ${frame} was not captured within ${deadline}: ${worker} does not respond`;
  return new FilmgateError('FRAME_STALLED', message, { frame, worker });
}

/** Whether a fresh worker may fare better. What was asked for wrongly, or is meant to end the render, stays as it is. */
export function isWorthRetrying({ kind, code }: FilmgateError): boolean {
  return kind === 'render' && code !== 'PAGE_ERROR' && code !== 'CAPTURE_INEXACT';
}

/** The failure of a frame, after all that were tried: each of them is in its `cause`. */
export function gaveUp(frame: number, failures: readonly FilmgateError[]): FilmgateError {
  const last = failures.at(-1) as FilmgateError;
  if (failures.length === 1) return last;
  const messages = [...new Set(failures.map(({ message }) => message))];
  const told = messages.length === 1 ? messages[0] : messages.map((message) => `\n- ${message}`).join('');
  const tries = `frame ${frame} failed ${failures.length} times, each time on a fresh worker`;
  return reworded(last, `${tries}: ${told}`, { frame, cause: new AggregateError(failures, tries) });
}
