import { expect } from 'chai';
import { bottleneckOf } from '../../src/progress/snapshot';

describe('bottleneckOf', () => {
  const cases = [
    [0, 0, 'balanced'],
    [0.5, 0.5, 'balanced'],
    [0.3, 0.25, 'balanced'],
    [0.8, 0.1, 'encode'], // The workers wait: for FFmpeg.
    [1, 0, 'encode'],
    [0.1, 0.8, 'capture'], // FFmpeg waits: for frames.
    [0, 1, 'capture'],
  ] as const;
  for (const [capture, encode, side] of cases) {
    it(`workers wait ${capture}, FFmpeg waits ${encode}: ${side}`, () => {
      expect(bottleneckOf(capture, encode)).equal(side);
    });
  }
});
