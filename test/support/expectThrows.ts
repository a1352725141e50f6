import { expect } from 'chai';
import { type ErrorCode, FilmgateError } from '../../src/errors';

/** Expects that `action` throws a `FilmgateError` with this code, and a message that holds all of `says`. */
export function expectThrows(action: () => unknown, code: ErrorCode, ...says: string[]): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).instanceOf(FilmgateError);
  expect(thrown).property('code', code);
  for (const text of says) expect((thrown as Error).message).include(text);
}
