import { expect } from 'chai';
import * as fc from 'fast-check';
import { checkRange, formatRange, inRange, parseRange } from '../../src/frames/range';
import { expectThrows } from '../support/expectThrows';

describe('parseRange', () => {
  const cases = [
    ['0-299', { first: 0, count: 300 }],
    ['10-10', { first: 10, count: 1 }],
    ['7', { first: 7, count: 1 }],
    [' 5-9 ', { first: 5, count: 5 }],
  ] as const;
  for (const [text, range] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseRange(text)).deep.equal(range));
  }

  for (const text of ['', '-', '5-', '-5', 'a-b', '1-2-3', '0..9', '1.5-3', '0 - 9']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expectThrows(() => parseRange(text), 'INVALID_OPTION', 'frames', '0-299');
    });
  }

  it('names the other way round when the ends are swapped', () => {
    expectThrows(() => parseRange('9-5'), 'INVALID_OPTION', 'use 5-9');
  });

  it('property: what is formatted is read again', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 31 }), (first, count) => {
        expect(parseRange(formatRange({ first, count }))).deep.equal({ first, count });
      }),
    );
  });
});

describe('inRange', () => {
  it('holds both ends, and whole numbers only', () => {
    const range = { first: 5, count: 3 };
    const inside = [4, 5, 6, 7, 8, 5.5, Number.NaN, Number.POSITIVE_INFINITY].filter((index) =>
      inRange(index, range),
    );
    expect(inside).deep.equal([5, 6, 7]);
  });
});

describe('checkRange', () => {
  it('returns a range that lies within the frames that there are', () => {
    for (const range of [
      { first: 0, count: 10 },
      { first: 9, count: 1 },
    ]) {
      expect(checkRange(range, 10)).equal(range);
    }
  });

  it('says how many there are', () => {
    expectThrows(() => checkRange({ first: 5, count: 6 }, 10), 'INVALID_OPTION', '5-10', '10 frames', '0-9');
    expectThrows(() => checkRange({ first: 10, count: 1 }, 10, 'part'), 'INVALID_OPTION', 'part', '0-9');
  });

  it('refuses what is no range', () => {
    expectThrows(() => checkRange({ first: -1, count: 2 }, 10), 'INVALID_OPTION', 'frames.first');
    expectThrows(() => checkRange({ first: 0, count: 0 }, 10), 'INVALID_OPTION', 'frames.count');
    expectThrows(() => checkRange({ first: 0.5, count: 1 }, 10), 'INVALID_OPTION', 'frames.first');
    expectThrows(
      () => checkRange(parseRange('0-99999999999999999999'), 10),
      'INVALID_OPTION',
      'frames.count',
    );
  });
});
