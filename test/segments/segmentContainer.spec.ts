import { expect } from 'chai';
import type { Codec } from '../../src/encode/codecs';
import { parseFrameRate } from '../../src/frames/rate';
import { segmentExtension, timescale } from '../../src/segments/segmentContainer';

describe('segmentExtension', () => {
  const cases: [Codec, string, string, string | undefined][] = [
    ['h264', 'yuv420p', '30', '.ts'],
    ['h265', 'yuv420p10le', '30000/1001', '.ts'],
    ['h264', 'yuv420p', '24000/1001', '.mp4'],
    ['h264', 'yuv420p', '60000/1001', '.mp4'],
    ['h265', 'yuv420p', '119', '.mp4'],
    ['vp9', 'yuv420p', '30', '.mp4'],
    ['vp9', 'yuva420p', '30', undefined],
    ['av1', 'yuv420p', '30', '.mp4'],
    ['prores', 'yuva444p10le', '30', '.mov'],
    ['gif', 'pal8', '30', undefined],
    ['png', 'rgba', '30', undefined],
  ];
  for (const [codec, pixelFormat, fps, extension] of cases) {
    it(`${codec} of ${pixelFormat} at ${fps}: ${extension ?? 'one segment'}`, () => {
      expect(segmentExtension(codec, pixelFormat, parseFrameRate(fps))).to.equal(extension);
    });
  }

  it('is no MPEG-TS where a segment is so short that FFmpeg would not see what it is', () => {
    const of = (fewest: number) => segmentExtension('h264', 'yuv420p', parseFrameRate('30'), fewest);
    expect([of(12), of(11)]).to.deep.equal(['.ts', '.mp4']);
  });
});

describe('timescale', () => {
  for (const fps of ['1/10', '12', '24000/1001', '25', '30', '60000/1001', '144', '999983/7919']) {
    it(`gives a frame a whole number of ticks at ${fps}`, () => {
      const { numerator, denominator } = parseFrameRate(fps);
      const ticks = timescale('.mp4', { numerator, denominator });
      expect((ticks * denominator) % numerator).to.equal(0);
      expect(ticks).to.be.at.least(10_000);
    });
  }

  it('is that of MPEG-TS where the segments are', () => {
    expect(timescale('.ts', parseFrameRate('30'))).to.equal(90_000);
  });
});
