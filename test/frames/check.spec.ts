import { expect } from 'chai';
import { integerInRange } from '../../src/frames/check';
import { expectThrows } from '../support/expectThrows';

describe('wholeNumber', () => {
  it('returns a whole number within its bounds, both ends inclusive', () => {
    for (const value of [1, 2, 9]) expect(integerInRange('window', value, 1, 9)).equal(value);
    expect(integerInRange('first', Number.MAX_SAFE_INTEGER, 0)).equal(Number.MAX_SAFE_INTEGER);
  });

  for (const value of [
    0,
    10,
    1.5,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5' as never,
    undefined as never,
  ]) {
    it(`refuses ${String(value)} with the bounds`, () => {
      expectThrows(() => integerInRange('window', value, 1, 9), 'INVALID_OPTION', 'window', 'from 1 to 9');
    });
  }

  it('names only the least where there is no most', () => {
    expectThrows(() => integerInRange('window', 0, 1), 'INVALID_OPTION', 'whole number of 1 or more');
  });
});
