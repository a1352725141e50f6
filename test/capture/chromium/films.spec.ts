import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { barWidths, MODES, usePageWorkspace } from '../../support/pageWorkspace';
import { encodeImage, frameMd5, paintFlat } from '../../support/video';

/** What grows by 6 pixels from frame to frame, and begins at frame `first`. */
function growing(from: number, to: number, step = 6): number[] {
  return Array.from({ length: 10 }, (_, frame) => Math.max(0, Math.min(frame - from, to - from)) * step);
}

/** For each page, how wide its bar is in the ten frames of its first second; below the middle, if otherwise. */
const FILMS: Record<string, { above: number[]; below?: number[] }> = {
  'css-keyframes': { above: growing(0, 9) },
  transition: { above: growing(3, 8, 12) },
  waapi: { above: growing(1, 5, 10), below: [0, 0, 10, 20, 30, 0, 0, 0, 0, 0] },
  smil: { above: growing(0, 9) },
  canvas: { above: growing(0, 9), below: growing(-1, 9) },
  gsap: { above: growing(0, 9) },
  timers: { above: growing(0, 6), below: [0, 6, 12, 18, 24, 30, 36, 36, 0, 0] },
  font: { above: [0, 0, 0, 24, 24, 24, 36, 36, 36, 36] },
  webgl: { above: growing(0, 9) },
};

describe('films of pages', () => {
  const workspace = usePageWorkspace();

  for (const capture of MODES) {
    describe(`by ${capture}`, () => {
      for (const [name, { above, below = above }] of Object.entries(FILMS)) {
        it(`shows ${name} as it is at each frame, with any number of workers`, async () => {
          const paths = [1, 2, 4].map(async (workers) => {
            const { path, events } = await workspace.render(`${name}.html`, { capture }, { workers });
            const busy = events.map((event) => (event.type === 'captured' ? event.worker : ''));
            expect(new Set(busy.filter(Boolean)).size, 'workers that took part').to.equal(workers);
            return path;
          });
          const [one = '', two = '', four = ''] = await Promise.all(paths);
          expect(await barWidths(one)).to.deep.equal({ above, below });
          const { sums } = await frameMd5(one);
          expect((await frameMd5(two)).sums).to.deep.equal(sums);
          expect((await frameMd5(four)).sums).to.deep.equal(sums);
        });
      }
    });
  }

  for (const capture of MODES) {
    it(`waits for an image that comes late, by ${capture}`, async () => {
      const image = await encodeImage(paintFlat([255, 255, 255, 255]), { width: 64, height: 48 }, 'png');
      const page = readFileSync(workspace.path('pages/late-image.html'));
      const server = createServer(({ url }, response) => {
        if (url === '/late.png')
          setTimeout(() => response.writeHead(200, { 'content-type': 'image/png' }).end(image), 200);
        else response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { path } = await workspace.render(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        { capture },
        { workers: 2 },
      );
      server.closeAllConnections();
      server.close();
      expect((await barWidths(path)).above).to.deep.equal([0, 0, 0, 30, 30, 30, 30, 30, 30, 30]);
    });
  }
});
