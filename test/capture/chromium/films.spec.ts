import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { barWidths, barWidthsIn, MODES, usePageWorkspace } from '../../support/pageWorkspace';
import { type Decoded, decode, encodeImage, frameMd5, paintFlat, SMALL } from '../../support/video';

/** What grows by 6 pixels from frame to frame, and begins at frame `first`. */
function growing(from: number, to: number, step = 6): number[] {
  return Array.from({ length: 10 }, (_, frame) => Math.max(0, Math.min(frame - from, to - from)) * step);
}

/** For each part of the page, in their order: how wide its bar is in the ten frames; below the middle, if otherwise. */
const ANIMATIONS: Record<string, { above: number[]; below?: number[] }> = {
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

/** The frames of each part, which lie in three rows of three. */
function partsOf({ frames, width }: Decoded): Buffer[][] {
  return Object.keys(ANIMATIONS).map((_, part) => {
    const left = (part % 3) * SMALL.width;
    const top = Math.floor(part / 3) * SMALL.height;
    return frames.map((frame) =>
      Buffer.concat(
        Array.from({ length: SMALL.height }, (_, y) =>
          frame.subarray((top + y) * width + left).subarray(0, SMALL.width),
        ),
      ),
    );
  });
}

describe('films of pages', () => {
  const workspace = usePageWorkspace();

  for (const capture of MODES) {
    describe(`by ${capture}`, () => {
      const size = { width: 3 * SMALL.width, height: 3 * SMALL.height };
      const films: { workers: number; busy: Set<string>; parts: Buffer[][]; sums: string[] }[] = [];

      before('render the page that has all animations', async () => {
        for (const workers of [1, 2, 4]) {
          const { path, events } = await workspace.render('animations.html', { capture }, { workers, size });
          const busy = events.flatMap((event) => (event.type === 'captured' ? [event.worker] : []));
          const parts = partsOf(await decode(path, { pixels: 'gray' }));
          films.push({ workers, busy: new Set(busy), parts, sums: (await frameMd5(path)).sums });
        }
      });

      for (const [part, [name, { above, below = above }]] of Object.entries(ANIMATIONS).entries()) {
        it(`shows ${name} as it is at each frame, with any number of workers`, () => {
          const [one, ...others] = films.map(({ parts }) => parts[part] as Buffer[]);
          expect(barWidthsIn({ ...SMALL, frames: one as Buffer[] })).to.deep.equal({ above, below });
          for (const other of others) expect(other).to.deep.equal(one);
        });
      }

      it('shows the same in colour, with any number of workers, all of which take part', () => {
        for (const { workers, busy, sums } of films) {
          expect(busy.size, 'workers that took part').to.equal(workers);
          expect(sums).to.deep.equal(films[0]?.sums);
        }
      });
    });
  }

  for (const capture of MODES) {
    it(`shows a page without a script as it is at each frame, by ${capture}`, async () => {
      const { path } = await workspace.render('css-keyframes.html', { capture }, { workers: 2 });
      const { above, below = above } = ANIMATIONS['css-keyframes'] ?? { above: [] };
      expect(await barWidths(path)).to.deep.equal({ above, below });
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
