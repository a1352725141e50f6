import { expect } from 'chai';
import { catchError, type MonoTypeOperatorFunction, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/** A fresh clock for marble tests: one virtual frame is one millisecond. */
export function virtualTime(): TestScheduler {
  return new TestScheduler((actual, expected) => void expect(actual).deep.equal(expected));
}

/** Errors with the code alone, so that a marble can say `#` with the code. */
export function codeOnly<T>(): MonoTypeOperatorFunction<T> {
  return catchError((error) => throwError(() => error.code));
}
