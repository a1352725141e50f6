import { type ErrorCode, FilmgateError } from '../../../errors';

/** The error that has a render start again with screenshots; its text says why, to a person. */
export function inexact(message: string, cause?: unknown): FilmgateError {
  return new FilmgateError('CAPTURE_INEXACT', message, cause === undefined ? {} : { cause });
}

/** What a render of drawn frames may fail with that one of screenshots might not. */
const CODES: readonly ErrorCode[] = [
  'CAPTURE_INEXACT',
  'CAPTURE_FAILED',
  'PAGE_FAILED',
  'PAGE_NOT_READY',
  'WORKER_DIED',
  'FRAME_STALLED',
  'FRAME_SIZE',
  'BROWSER_INVALID',
];

/** Whether screenshots may do where drawing into a canvas has failed. */
export function isInexact(error: unknown): error is FilmgateError {
  return FilmgateError.is(error) && CODES.includes(error.code);
}
