import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkOptions } from '../../../../src/capture/chromium/chromiumOptions';
import { pageSource } from '../../../../src/capture/chromium/chromiumSession';
import { fallbacks, RICH, seekable, sums, useCanvasWorkspace } from '../../../support/canvasWorkspace';
import type { PageRender } from '../../../support/pageWorkspace';
import { probe } from '../../../support/video';

describe('pages that are drawn into a canvas', () => {
  const workspace = useCanvasWorkspace();

  describe('have the same frames as screenshots of them,', () => {
    for (const workers of [1, 2, 4]) {
      it(`by ${workers} ${workers === 1 ? 'worker' : 'workers'}`, async () => {
        const page = workspace.write('rich.html', RICH);
        const { events } = await workspace.drawn(page, { workers, size: { width: 128, height: 90 } });
        expect(fallbacks(events)).to.deep.equal([]);
      });
    }

    it('with a browser for each of two workers, and one more only while frames are compared again', async () => {
      const page = workspace.write(
        'many.html',
        `<b id="b"></b><script>filmgate = { duration: 36, seek(time) { b.textContent = Math.round(time * 10) } }</script>`,
      );
      const film = { workers: 2, duration: 36 };
      const browsers = async (more: PageRender) => {
        const before = workspace.browser.opened();
        const { path, events } = await workspace.render(page, { capture: 'canvas' }, { ...film, ...more });
        expect(fallbacks(events)).to.deep.equal([]);
        expect(await sums(path)).to.have.length.above(99);
        return { path, opened: workspace.browser.opened() - before };
      };
      expect(await browsers({ frames: '0-99' })).to.include({ opened: 2 });
      const { path, opened } = await browsers({}); // The first worker's 201st or the second's 151st frame comes at the 351st.
      expect(opened).to.equal(3);
      expect(await sums(path)).to.deep.equal(await workspace.shots(page, film));
    });

    it('also where they only move forward, and in part', async () => {
      const { events } = await workspace.drawn('canvas.html', { frames: '4-7', workers: 2 });
      expect(fallbacks(events)).to.deep.equal([]);
    });

    it('where they stand still, and something changes in any way', async () => {
      const page = workspace.write(
        'steps.html',
        `<style>body { margin: 0; background: #fff } i { position: absolute; top: 9px; width: 20px; height: 20px; background: red }
        .on i { transition: translate 0.2s linear; translate: 20px } i:last-of-type { top: 40px; animation: step 0.9s steps(3) } @keyframes step { to { translate: 30px } }</style>
        <i></i><i></i><input style="margin: 60px 0 0 40px; width: 40px"><img style="position: absolute; left: 60px; top: 0"><b></b>
        <script>
          const [, box, input, image, text] = document.querySelectorAll('i, input, img, b');
          const at = (time, act) => setTimeout(act, time);
          at(195, () => text.textContent = 'x');
          at(495, () => input.value = 'value');
          at(795, () => image.src = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>");
          at(1095, () => document.documentElement.className = 'on');
          at(1595, () => box.remove());
          at(1895, () => document.body.style.background = '#cde');
          at(2195, () => getSelection().selectAllChildren(document.body));
        </script>`,
      );
      const more = { workers: 1, fps: 10, duration: 2.6, size: { width: 130, height: 90 } };
      const { path, events } = await workspace.drawn(page, more);
      expect(fallbacks(events)).to.deep.equal([]);
      const different = new Set(await sums(path)).size;
      expect(different).to.be.within(9, 16); // Of 26: it does change, and it does stand still.
    });

    it('in an odd size, and with more than one device pixel for each of their own', async () => {
      const page = workspace.write('rich.html', RICH);
      const more = { size: { width: 65, height: 49 }, frames: '0-3' };
      for (const scale of [1, 1.5, 2]) {
        const { path, events } = await workspace.drawn(page, more, { scale });
        expect(fallbacks(events), `scale ${scale}`).to.deep.equal([]);
        const even = (side: number) => Math.ceil(Math.round(side * scale) / 2) * 2;
        expect(await probe(path)).to.include({ width: even(65), height: even(49) });
      }
    });

    it('where a document is served in place of their file', async () => {
      const page = join(workspace.path('pages'), 'made.html');
      const settings = checkOptions({ capture: 'canvas', browser: workspace.browser.path });
      const document = `<!doctype html>${seekable('x')}`;
      const options = workspace.options('canvas.html', {}, { frames: '0-4' });
      const source = pageSource({ prepare: async () => ({ page, document }) }, settings);
      const { path, events } = await workspace.renderAs({ ...options, source });
      expect(fallbacks(events)).to.deep.equal([]);
      const same = workspace.write('same.html', seekable('x'));
      expect(await sums(path)).to.deep.equal(await workspace.shots(same, { frames: '0-4' }));
    });

    it('where the page makes of the pixels what is encoded, and where it cannot', async () => {
      const page = workspace.write('rich.html', RICH);
      for (const [width, bytes] of [
        [128, (128 * 90 * 3) / 2],
        [130, 130 * 90 * 4],
      ] as const) {
        const { events } = await workspace.drawn(page, { size: { width, height: 90 } });
        expect(fallbacks(events)).to.deep.equal([]);
        const sizes = events.map((event) => event.type === 'captured' && event.bytes).filter(Boolean);
        expect([...new Set(sizes)], `${width} pixels wide`).to.deep.equal([bytes]);
      }
    });

    it('with every codec that has no alpha channel', async () => {
      const page = workspace.write('rich.html', RICH);
      const more: PageRender = { output: 'rich.mov', codec: 'prores', preset: 'standard', frames: '0-1' };
      const { crf: _, ...options } = workspace.options(page, { capture: 'canvas' }, more);
      const { events } = await workspace.renderAs(options);
      expect(fallbacks(events)).to.deep.equal([]);
    });

    it('also for their scripts: they are in no frame, have the focus, and come from nowhere', async () => {
      const script =
        'document.body.textContent = [parent === window, frameElement, document.hasFocus(), document.referrer, innerWidth]';
      const page = workspace.write(
        'alone.html',
        `<body><script>${script}; filmgate = { duration: 1, seek() {} }</script>`,
      );
      const { events } = await workspace.drawn(page, { frames: '0-1', size: { width: 400, height: 60 } });
      expect(fallbacks(events)).to.deep.equal([]);
    });
  });

  it('leave nothing in memory when they are done', async () => {
    const page = workspace.write('plain.html', seekable(''));
    await workspace.render(page, { capture: 'canvas' }, { frames: '0-1' });
    const ours = `-${hostname()}-${process.pid}-`; // Others render at the same time.
    const left = readdirSync('/dev/shm').filter((name) => name.includes(ours));
    expect(left).to.deep.equal([]);
  });
});
