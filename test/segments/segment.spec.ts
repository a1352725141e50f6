import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseFrameRate } from '../../src/frames/rate';
import { defaultSegmentLength, parseSegmentLength, splitRange } from '../../src/segments/segment';
import { expectThrows } from '../support/expectThrows';

const at = (fps: string) => parseFrameRate(fps);

describe('parseSegment', () => {
  const table: [number | string, string, number][] = [
    [10, '30', 300],
    ['10', '30', 300],
    ['10s', '30', 300],
    [' 10 S ', '30', 300],
    ['.5s', '30', 15],
    [0.5, '30', 15],
    ['10s', '30000/1001', 300],
    ['10s', '24000/1001', 240],
    [0.001, '30', 1],
    ['300f', '30', 300],
    ['300 F', '24000/1001', 300],
    ['1f', '30', 1],
    ['off', '30', Number.POSITIVE_INFINITY],
  ];
  for (const [input, fps, frames] of table) {
    it(`reads ${JSON.stringify(input)}, at ${fps}: ${frames} frames`, () => {
      expect(parseSegmentLength(input)(at(fps))).to.equal(frames);
    });
  }

  for (const input of [
    0,
    '0s',
    '0f',
    -1,
    '-10s',
    '1.5f',
    '',
    'long',
    '10m',
    'off!',
    '10s10f',
    Number.NaN,
    Infinity,
  ]) {
    it(`refuses ${JSON.stringify(String(input))}, and says what would do`, () => {
      expectThrows(() => parseSegmentLength(input), 'INVALID_OPTION', 'segment: ', '10s or 300f', "'off'");
    });
  }
});

describe('the default length of a segment', () => {
  it('is the whole video up to a minute, and ten seconds above', () => {
    expect(defaultSegmentLength(1800, at('30'), 1)).to.equal(Number.POSITIVE_INFINITY);
    expect(defaultSegmentLength(1801, at('30'), 1)).to.equal(300);
    expect(defaultSegmentLength(1439, at('24000/1001'), 1)).to.equal(240); // 60.02 s
    expect(defaultSegmentLength(1438, at('24000/1001'), 1)).to.equal(Number.POSITIVE_INFINITY);
  });

  it('gives each lane several segments', () => {
    expect(defaultSegmentLength(40, at('30'), 2)).to.equal(5);
    expect(defaultSegmentLength(41, at('30'), 2)).to.equal(6);
    expect(defaultSegmentLength(3, at('30'), 4)).to.equal(1);
    expect(defaultSegmentLength(100_000, at('30'), 4)).to.equal(300);
  });
});

describe('splitting a range into segments', () => {
  it('numbers the segments and says where each begins: the last may be shorter', () => {
    expect(splitRange({ first: 17, count: 25 }, 10)).to.deep.equal([
      { segment: 0, first: 17, count: 10 },
      { segment: 1, first: 27, count: 10 },
      { segment: 2, first: 37, count: 5 },
    ]);
  });

  it('gives one segment where its length covers the whole range', () => {
    for (const frames of [25, 26, Number.POSITIVE_INFINITY]) {
      expect(splitRange({ first: 3, count: 25 }, frames)).to.deep.equal([
        { segment: 0, first: 3, count: 25 },
      ]);
    }
  });

  it('property: segments cover the range exactly once, and all but the last are as long as asked', () => {
    const range = fc.record({ first: fc.nat(1000), count: fc.integer({ min: 1, max: 3000 }) });
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 4000 }), ({ first, count }, length) => {
        const segments = splitRange({ first, count }, length);
        let next = first;
        for (const [at, segment] of segments.entries()) {
          expect(segment.segment).to.equal(at);
          expect(segment.first).to.equal(next);
          expect(segment.count).to.be.within(1, length);
          if (at < segments.length - 1) expect(segment.count).to.equal(length);
          next += segment.count;
        }
        expect(next).to.equal(first + count);
      }),
    );
  });
});
