import { FilmgateError, messageOf } from '../errors';

/** A `CAPTURE_FAILED` error that names the frame. What is already an error of ours stays as it is. */
export function captureFailed(index: number, thrown: unknown): FilmgateError {
  if (FilmgateError.is(thrown)) return thrown;
  const message = `frame ${index} could not be captured: ${messageOf(thrown)}`;
  return new FilmgateError('CAPTURE_FAILED', message, { cause: thrown });
}

/** The failure of a worker that says nothing. */
export function stalled(index: number, worker: string, limit: number): FilmgateError {
  const seconds = Number(limit.toPrecision(3));
  const message = `frame ${index} was not captured within ${seconds} s: ${worker} does not answer`;
  return new FilmgateError('FRAME_STALLED', message);
}

/** Whether a fresh worker may fare better. What was asked for wrongly, or is meant to end the render, stays as it is. */
export function isWorthRetrying({ kind, code }: FilmgateError): boolean {
  return kind === 'render' && code !== 'PAGE_ERROR';
}

/** The failure of a frame, after all that were tried: each of them is in its `cause`. */
export function gaveUp(index: number, failures: readonly FilmgateError[]): FilmgateError {
  const last = failures.at(-1) as FilmgateError;
  if (failures.length === 1) return last;
  const messages = [...new Set(failures.map(({ message }) => message))];
  const told = messages.length === 1 ? messages[0] : messages.map((message) => `\n- ${message}`).join('');
  const tries = `frame ${index} failed ${failures.length} times, each time on a fresh worker`;
  return new FilmgateError(last.code, `${tries}: ${told}`, { cause: new AggregateError(failures, tries) });
}
