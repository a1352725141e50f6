import { expect } from 'chai';
import { type EncodeProgress, ProgressReader } from '../../src/ffmpeg/progressReader';

const BLOCKS =
  'frame=3\nfps=0.0\ntotal_size=N/A\nprogress=continue\nframe=12\ntotal_size=4096\nprogress=end\n';

describe('ProgressReader', () => {
  for (const size of [1, 2, 7, 1000]) {
    it(`reports each block once, when it comes in pieces of ${size} bytes`, () => {
      const reports: EncodeProgress[] = [];
      const reader = new ProgressReader((report) => reports.push(report));
      for (let at = 0; at < BLOCKS.length; at += size) reader.add(Buffer.from(BLOCKS.slice(at, at + size)));
      expect(reports).to.deep.equal([
        { frames: 3, bytes: 0 },
        { frames: 12, bytes: 4096 },
      ]);
    });
  }
});
