import { FilmgateError, messageOf } from '../errors';

/** A `CAPTURE_FAILED` error that names the frame. What is already an error of ours stays as it is. */
export function captureFailed(index: number, thrown: unknown): FilmgateError {
  if (thrown instanceof FilmgateError) return thrown;
  const message = `frame ${index} could not be captured: ${messageOf(thrown)}`;
  return new FilmgateError('CAPTURE_FAILED', message, { cause: thrown });
}
