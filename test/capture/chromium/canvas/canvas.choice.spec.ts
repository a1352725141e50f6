import { expect } from 'chai';
import { chromium } from '../../../../src/capture/chromium/chromium';
import type { RenderEvent } from '../../../../src/frames/events';
import { fallbacks, RICH, sums, useCanvasWorkspace } from '../../../support/canvasWorkspace';
import type { PageRender } from '../../../support/pageWorkspace';

/** A page in which something appears at frame 60 that cannot be drawn. */
const LATE = `<style>body { margin: 0; font: 20px serif } .late { position: fixed; right: 0 }</style><b id="b"></b><i id="i">x</i>
  <script>filmgate = { duration: 24, seek(time) { const frame = Math.round(time * 10); b.textContent = frame; i.className = frame >= 60 && frame < 66 ? 'late' : '' } }</script>`;

describe('pages that are drawn into a canvas', () => {
  const workspace = useCanvasWorkspace();

  it('keep their verified segments where screenshots have to go on', async () => {
    const page = workspace.write('turns.html', LATE);
    const more: PageRender = { duration: 7, segment: '10f' };
    const source = chromium(page, { capture: 'canvas', browser: workspace.browser.path });
    const { path, events } = await workspace.renderAs({ ...workspace.options(page, {}, more), source });
    expect(fallbacks(events)).to.deep.include({
      ...{ type: 'captureFallback', index: 60 },
      message: 'frame 60: position: fixed',
    });
    const last = events.at(-1);
    expect(last?.type === 'finished' && last.result.resumedFrames).to.be.at.least(3);
    expect(await sums(path)).to.deep.equal(await workspace.shots(page, more));
  });

  describe('where nobody says how, are drawn', () => {
    const areDrawn = (events: readonly RenderEvent[]) =>
      events.every((event) => event.type !== 'captured' || event.bytes === (320 * 180 * 3) / 2);
    const LONG = { duration: 9, size: { width: 320, height: 180 } };

    it('if there are many frames of them', async () => {
      const page = workspace.write('rich.html', RICH);
      const { path, events } = await workspace.render(page, {}, LONG);
      expect(areDrawn(events)).to.equal(true);
      const shot = await workspace.render(page, { capture: 'beginframe' }, LONG);
      expect(areDrawn(shot.events)).to.equal(false);
      expect(await sums(path)).to.deep.equal(await sums(shot.path));
    });

    it('until something comes that cannot be drawn', async () => {
      const { events } = await workspace.render(workspace.write('turns.html', LATE), {}, LONG);
      expect(fallbacks(events)).to.have.length(1);
    });

    it('but not for a few frames, nor if the first one cannot be drawn: without a word', async () => {
      const few = await workspace.render(workspace.write('rich.html', RICH), {}, { ...LONG, frames: '1-89' });
      const fixed = workspace.write('fixed.html', `<b style="position: fixed">x</b>${RICH}`);
      const cannot = await workspace.render(fixed, {}, LONG);
      for (const { events } of [few, cannot]) {
        expect(areDrawn(events)).to.equal(false);
        expect(fallbacks(events)).to.deep.equal([]);
      }
    });
  });
});
