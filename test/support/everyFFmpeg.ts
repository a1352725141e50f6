import { join } from 'node:path';
import { type FFmpeg, findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { isProgram } from '../../src/process/programs';

const PLACES = ['/usr/bin/ffmpeg', join('node_modules', '@ffmpeg-binary', 'linux-x64', 'ffmpeg')];

/** Runs a suite with every FFmpeg that this machine has: they do not all behave alike. */
export function withEveryFFmpeg(suite: (ffmpeg: () => FFmpeg) => void): void {
  const places = PLACES.filter(isProgram);
  for (const place of places.length > 0 ? places : [undefined]) {
    describe(`with ${place ?? 'FFmpeg'}`, () => {
      let found: FFmpeg;
      before(async () => {
        found = await findFFmpeg(place);
      });
      suite(() => found);
    });
  }
}
