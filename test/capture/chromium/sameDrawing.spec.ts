import { expect } from 'chai';
import { firstValueFrom, from } from 'rxjs';
import { chromium } from '../../../src/capture/chromium/chromium';
import type { CaptureMode } from '../../../src/capture/chromium/findBrowser';
import { planCapture } from '../../../src/capture/source';
import type { FrameSize } from '../../../src/frames/format';
import { frameRequest } from '../../support/captureContract';
import { MODES, usePageWorkspace } from '../../support/pageWorkspace';

/** Takes frames one after the other, and returns the last. */
type Take = (...indices: number[]) => Promise<Buffer>;

describe('a frame of a page is drawn the same, whichever frames its browser has drawn before,', () => {
  const workspace = usePageWorkspace();

  async function inOneBrowser(
    page: string,
    capture: CaptureMode,
    size: FrameSize,
    use: (take: Take) => Promise<void>,
  ) {
    const options = { capture, dedupe: false, browser: workspace.browser.path } as const;
    const session = chromium(workspace.path(`pages/${page}`), options).open();
    const said = await session.describe(size);
    const range = { first: 0, count: said.frames };
    const worker = session.prepare(planCapture(said, { keepAlpha: false, range, window: 1 }))('worker 1');
    try {
      await worker.ready;
      await use(async (...indices) => {
        let data: Uint8Array = Buffer.alloc(0);
        for (const index of indices)
          data = (await firstValueFrom(from(worker.capture(frameRequest(index))))).data;
        return Buffer.from(data);
      });
    } finally {
      await worker.close();
      await session.close();
    }
  }

  it('where a part of a tile changes', async () => {
    // These Chromium 156 drew otherwise after the two before, when it drew parts of tiles.
    const touchy = [26, 34, 52, 54];
    const differ: number[] = [];
    await inOneBrowser('boxes.html', 'beginframe', { width: 1920, height: 1080 }, async (take) => {
      for (const index of touchy) {
        const alone = await take(170, index);
        if (!alone.equals(await take(index - 2, index - 1, index))) differ.push(index);
      }
    });
    expect(differ).to.deep.equal([]);
  });

  for (const mode of MODES) {
    it(`also where it shows how large its window and its screen are, by ${mode}`, async () => {
      const script = 'document.body.textContent = [outerWidth, outerHeight, screen.width, screen.height]';
      workspace.write(
        'window.html',
        `<body><script>${script}; window.filmgate = { duration: 1, seek() {} }</script>`,
      );
      workspace.write(
        'said.html',
        `<body>400,260,400,260<script>window.filmgate = { duration: 1, seek() {} }</script>`,
      );
      const pictures: Buffer[] = [];
      for (const page of ['window.html', 'said.html']) {
        await inOneBrowser(
          page,
          mode,
          { width: 400, height: 260 },
          async (take) => void pictures.push(await take(0)),
        );
      }
      expect(pictures[0]?.equals(pictures[1] as Buffer)).to.equal(true);
    });

    it(`where a browser would make layers, and stretch what they held before, by ${mode}`, async () => {
      const differ: string[] = [];
      await inOneBrowser('layers.html', mode, { width: 400, height: 260 }, async (take) => {
        for (const index of [10, 33, 57, 71]) {
          const first = await take(0, index);
          for (const before of [index - 1, index - 3, 5, 89])
            if (!first.equals(await take(before, index))) differ.push(`${index} after ${before}`);
        }
      });
      expect(differ).to.deep.equal([]);
    });
  }
});
