import { expect } from 'chai';
import { evenlySpaced, parseFrameAt } from '../../src/frames/timecode';
import { expectThrows } from '../support/expectThrows';

const NTSC = { frames: 300, fps: { numerator: 30000, denominator: 1001 } };
const LENGTH = { frames: 60, fps: { numerator: 30, denominator: 1 } };

describe('parseMoment', () => {
  const moments: [string | number, number][] = [
    ['0', 0],
    ['1.5s', 45],
    ['1.5', 45],
    [1.5, 45],
    ['.1s', 3],
    [0.1, 3],
    [0.7, 21],
    ['1.52s', 45],
    ['45f', 45],
    ['59F', 59],
    [' 1 s ', 30],
    ['2s', 59],
  ];
  for (const [moment, index] of moments) {
    it(`finds frame ${index} at ${JSON.stringify(moment)}`, () => {
      expect(parseFrameAt(moment)(LENGTH)).to.equal(index);
    });
  }

  it('finds each frame by its own time, at a rational rate', () => {
    for (let index = 0; index < 300; index += 1) {
      expect(parseFrameAt((index * 1001) / 30000)(NTSC)).to.equal(index);
    }
  });

  it('refuses what is no moment', () => {
    for (const moment of ['', 's', 'half', '-1s', '1.5f', '1m', Number.NaN, -1]) {
      expectThrows(() => parseFrameAt(moment), 'INVALID_OPTION', 'at: ', 'such as 1.5s');
    }
  });

  it('refuses what is after the end, and says where that is', () => {
    for (const moment of ['60f', '2.1s', 3]) {
      expectThrows(() => parseFrameAt(moment)(LENGTH), 'INVALID_OPTION', 'it lasts 2 s', '0f to 59f');
    }
  });
});

describe('evenly', () => {
  it('takes the middle of each part', () => {
    expect(evenlySpaced(1, 60)).to.deep.equal([30]);
    expect(evenlySpaced(3, 60)).to.deep.equal([10, 30, 50]);
    expect(evenlySpaced(4, 10)).to.deep.equal([1, 3, 6, 8]);
  });

  it('takes each frame once where there are no more', () => {
    expect(evenlySpaced(12, 3)).to.deep.equal([0, 1, 2]);
    expect(evenlySpaced(3, 3)).to.deep.equal([0, 1, 2]);
  });

  it('always gives ascending indices within the length', () => {
    for (let frames = 1; frames < 40; frames += 1) {
      for (let count = 1; count < 40; count += 1) {
        const indices = evenlySpaced(count, frames);
        expect(indices).to.have.length(Math.min(count, frames));
        expect(
          indices.every((index, place) => index < frames && index > (indices[place - 1] ?? -1)),
        ).to.equal(true);
      }
    }
  });
});
