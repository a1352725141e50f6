import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  checkFrameBytes,
  checkSize,
  type FrameFormat,
  frameBytes,
  hasAlpha,
  parseSize,
} from '../../src/frames/format';
import { expectThrows } from '../support/expectThrows';

const side = fc.integer({ min: 1, max: 16384 });

describe('frameBytes', () => {
  const cases: [FrameFormat, number][] = [
    [{ pixels: 'rgba', width: 1920, height: 1080 }, 8_294_400],
    [{ pixels: 'rgb24', width: 1920, height: 1080 }, 6_220_800],
    [{ pixels: 'yuv420p', width: 1920, height: 1080 }, 3_110_400],
    [{ pixels: 'yuv420p', width: 3, height: 5 }, 15 + 2 * 2 * 3],
    [{ pixels: 'yuv420p', width: 1, height: 1 }, 3],
    [{ pixels: 'bgra', width: 3, height: 5 }, 60],
    [{ pixels: 'bgrx', width: 3, height: 5 }, 60],
    [{ pixels: 'nv12', width: 3, height: 5 }, 15 + 2 * 2 * 3],
  ];
  for (const [format, bytes] of cases) {
    it(`${JSON.stringify(format)} has ${bytes}`, () => expect(frameBytes(format)).equal(bytes));
  }

  it('bounds an image by more than its raw pixels', () => {
    for (const image of ['png', 'jpeg'] as const) {
      expect(frameBytes({ image, width: 64, height: 48 })).above(64 * 48 * 4);
    }
  });
});

describe('hasAlpha', () => {
  it('is true of what can be transparent', () => {
    const size = { width: 2, height: 2 };
    const formats: FrameFormat[] = [
      { pixels: 'rgba', ...size },
      { pixels: 'bgra', ...size },
      { pixels: 'bgrx', ...size },
      { pixels: 'rgb24', ...size },
      { pixels: 'yuv420p', ...size },
      { pixels: 'nv12', ...size },
      { image: 'png', ...size },
      { image: 'jpeg', ...size },
    ];
    expect(formats.map(hasAlpha)).deep.equal([true, true, false, false, false, false, true, false]);
  });
});

describe('checkFrameBytes', () => {
  it('property: takes exactly the bytes that a raw frame has', () => {
    const pixels = fc.constantFrom('rgba', 'bgra', 'bgrx', 'rgb24', 'yuv420p', 'nv12');
    fc.assert(
      fc.property(pixels, side, side, fc.integer({ min: -3, max: 3 }), (kind, width, height, more) => {
        const format = { pixels: kind, width, height };
        const bytes = frameBytes(format) + more;
        if (more === 0) checkFrameBytes(format, bytes);
        else
          expectThrows(
            () => checkFrameBytes(format, bytes),
            'FRAME_SIZE',
            `${bytes} bytes`,
            kind,
            `${width}x${height}`,
          );
      }),
    );
  });

  it('takes an image of any size but none', () => {
    const format = { image: 'png', width: 64, height: 48 } as const;
    checkFrameBytes(format, 1);
    expectThrows(() => checkFrameBytes(format, 0), 'FRAME_SIZE', 'png');
  });
});

describe('parseSize and checkSize', () => {
  it('property: reads what is written as width x height', () => {
    fc.assert(
      fc.property(side, side, fc.constantFrom('x', 'X'), (width, height, by) => {
        expect(parseSize(` ${width}${by}${height} `)).deep.equal({ width, height });
      }),
    );
  });

  for (const text of ['', '1280', '1280x', 'x720', '1280*720', '-1x5', '1.5x2', '1280 x 720']) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      expectThrows(() => parseSize(text), 'INVALID_OPTION', 'size', '1280x720'));
  }

  it('refuses a side that is none, or too long', () => {
    expectThrows(() => parseSize('0x720'), 'INVALID_OPTION', 'size.width', '1 to 16384');
    expectThrows(() => parseSize('1280x16385'), 'INVALID_OPTION', 'size.height');
    for (const height of [0, -1, 1.5, Number.NaN]) {
      expectThrows(() => checkSize({ width: 1, height }, 'canvas'), 'INVALID_OPTION', 'canvas.height');
    }
  });
});
