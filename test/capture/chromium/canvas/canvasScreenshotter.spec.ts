import { expect } from 'chai';
import { beginFrames } from '../../../../src/capture/chromium/beginFrame';
import { CanvasScreenshotter } from '../../../../src/capture/chromium/canvas/canvasScreenshotter';

describe('CanvasScreenshotter', () => {
  it('begins frames that are not put together in the window, but for one in 200', async () => {
    const seen: number[] = [];
    let begun = 0;
    const send = async (method: string, { noDisplayUpdates }: { noDisplayUpdates?: boolean } = {}) => {
      expect(method).to.equal('HeadlessExperimental.beginFrame');
      begun += 1;
      if (!noDisplayUpdates) seen.push(begun);
      return {};
    };
    const begin = beginFrames(send, { begun: 0 });
    const format = { pixels: 'yuv420p', width: 8, height: 8 } as const;
    const screenshotter = new CanvasScreenshotter(send, begin, '', { folder: '', format, slots: [] }, true);
    for (let frame = 0; frame < 450; frame += 1) await screenshotter.tick();
    expect(seen).to.deep.equal([200, 400]);
  });
});
