import { expect } from 'chai';
import { shrink, shrunkPixels, shrunkSize } from '../../src/thumbnails/shrink';

describe('shrink', () => {
  it('keeps the shape, with even sides, and never makes a picture larger', () => {
    expect(shrunkSize({ width: 1920, height: 1080 }, 480)).to.deep.equal({ width: 480, height: 270 });
    expect(shrunkSize({ width: 1080, height: 1920 }, 480)).to.deep.equal({ width: 270, height: 480 });
    expect(shrunkSize({ width: 64, height: 48 }, 480)).to.deep.equal({ width: 64, height: 48 });
    expect(shrunkSize({ width: 4000, height: 1 }, 480)).to.deep.equal({ width: 480, height: 2 });
  });

  it('takes the mean of what lies in the area of a pixel, and drops alpha', () => {
    const format = { pixels: 'rgba', width: 4, height: 4 } as const;
    const data = Uint8Array.from({ length: 64 }, (_, byte) => (byte % 4 === 3 ? 255 : (byte >> 4) * 10));
    const small = shrink(data, format, { width: 2, height: 2 });
    expect([...small]).to.deep.equal([5, 5, 5, 5, 5, 5, 25, 25, 25, 25, 25, 25]);
  });

  for (const pixels of ['bgra', 'bgrx'] as const) {
    it(`keeps the order of ${pixels}, without its fourth channel`, () => {
      const format = { pixels, width: 2, height: 2 } as const;
      const data = Uint8Array.from({ length: 16 }, (_, byte) => [10, 20, 30, 255][byte % 4] as number);
      expect([...shrink(data, format, { width: 2, height: 2 })]).to.deep.equal([
        ...[10, 20, 30, 10, 20, 30],
        ...[10, 20, 30, 10, 20, 30],
      ]);
      expect(shrunkPixels(pixels)).to.equal('bgr24');
    });
  }

  it('keeps both samples of a pixel in the second plane of nv12', () => {
    const format = { pixels: 'nv12', width: 4, height: 4 } as const;
    const data = Uint8Array.from([...Array(16).fill(50), ...Array(4).fill([100, 200]).flat()]);
    expect([...shrink(data, format, { width: 2, height: 2 })]).to.deep.equal([50, 50, 50, 50, 100, 200]);
  });

  it('shrinks each plane of YUV by itself', () => {
    const format = { pixels: 'yuv420p', width: 4, height: 4 } as const;
    const data = Uint8Array.from([...Array(16).fill(50), ...Array(4).fill(100), ...Array(4).fill(200)]);
    expect([...shrink(data, format, { width: 2, height: 2 })]).to.deep.equal([50, 50, 50, 50, 100, 200]);
  });
});
