import { expect } from 'chai';
import { firstValueFrom, from } from 'rxjs';
import { chromium } from '../../../src/capture/chromium/chromium';
import { usePageStage } from '../../support/pageStage';

const FAR = 170;
/** Frames of the page at 1920×1080 that Chromium 156 drew otherwise after the two before, when it drew parts of tiles. */
const TOUCHY = [26, 34, 52, 54];

describe('a frame of a page', () => {
  const stage = usePageStage();

  it('is drawn the same, whichever frames its browser has drawn before', async () => {
    const options = { capture: 'beginframe', dedupe: false, browser: stage.browser.path } as const;
    const session = chromium(stage.path('pages/boxes.html'), options).open();
    const said = await session.describe({ width: 1920, height: 1080 });
    const range = { first: 0, count: said.frames };
    const worker = session.prepare({ ...said, alpha: false, range, window: 1 })('worker 1');
    try {
      await worker.ready;
      const last = async (...indices: number[]) => {
        let data: Uint8Array = Buffer.alloc(0);
        for (const index of indices)
          data = (await firstValueFrom(from(worker.capture({ index, place: 0, limit: 30 })))).data;
        return Buffer.from(data);
      };
      const differ: number[] = [];
      for (const index of TOUCHY) {
        const alone = await last(FAR, index);
        if (!alone.equals(await last(FAR, index - 2, index - 1, index))) differ.push(index);
      }
      expect(differ).to.deep.equal([]);
    } finally {
      await worker.close();
      await session.close();
    }
  });
});
