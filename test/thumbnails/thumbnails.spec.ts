import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { frameBytes, type RawPixels } from '../../src/frames/format';
import { Thumbnails } from '../../src/thumbnails/thumbnails';
import { useFolder } from '../support/folder';
import { decode, meanColour } from '../support/video';

/** A pixel of red in each layout; YUV of limited range, BT.601, as FFmpeg takes what is not tagged. */
const RED: Readonly<Record<RawPixels, (size: number) => number[]>> = {
  rgba: (size) => repeated([255, 0, 0, 255], size),
  bgra: (size) => repeated([0, 0, 255, 255], size),
  bgrx: (size) => repeated([0, 0, 255, 0], size),
  rgb24: (size) => repeated([255, 0, 0], size),
  yuv420p: (size) => [...repeated([81], size), ...repeated([90], size / 4), ...repeated([240], size / 4)],
  nv12: (size) => [...repeated([81], size), ...repeated([90, 240], size / 4)],
};

function repeated(values: number[], times: number): number[] {
  return Array.from({ length: times }, () => values).flat();
}

describe('thumbnails', () => {
  const path = useFolder();

  for (const [pixels, red] of Object.entries(RED) as [RawPixels, (size: number) => number[]][]) {
    it(`have the colours of ${pixels} frames`, async () => {
      const format = { pixels, width: 32, height: 16 };
      const thumbnails = new Thumbnails((await findFFmpeg()).path, format);
      const first = firstValueFrom(thumbnails.events);
      const data = Buffer.from(red(32 * 16));
      expect(data).to.have.length(frameBytes(format));
      thumbnails.offer({ index: 3, data });
      const { index, width, height, jpeg } = await first;
      await thumbnails.close();
      expect({ index, width, height }).to.deep.equal({ index: 3, width: 32, height: 16 });
      writeFileSync(path('thumbnail.jpg'), Buffer.from(jpeg, 'base64'));
      const { frames } = await decode(path('thumbnail.jpg'));
      const [r = 0, g = 255, b = 255] = meanColour(frames[0] as Buffer, 3);
      expect(r).to.be.above(240);
      expect(Math.max(g, b)).to.be.below(15);
    });
  }
});
