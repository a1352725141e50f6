import { expect } from 'chai';
import { type ErrorCode, FilmgateError } from '../../src/errors';

/** The error that a promise rejects with, which must be a FilmgateError of the given code. */
export async function rejection(promise: Promise<unknown>, code: ErrorCode): Promise<FilmgateError> {
  const error = await promise.then(
    (value) => expect.fail(`resolved with ${JSON.stringify(value)}, and not rejected with ${code}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof FilmgateError)) throw error;
  expect(error.code, error.message).to.equal(code);
  return error;
}
