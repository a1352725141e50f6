import { expect } from 'chai';
import { renderVideo } from '../../../../src/renderVideo';
import { fallbacks, seekable, sums, useCanvasWorkspace } from '../../../support/canvasWorkspace';
import type { PageRender } from '../../../support/pageWorkspace';

describe('pages that are drawn into a canvas', () => {
  const workspace = useCanvasWorkspace();

  describe('are captured by screenshots all the same,', () => {
    const from = async (page: string, more: PageRender = {}, options = {}) => {
      const { path, events } = await workspace.render(page, { capture: 'canvas', ...options }, more);
      const [fallback, ...others] = fallbacks(events);
      expect(others).to.deep.equal([]);
      const last = events.at(-1);
      expect(last?.type === 'finished' && last.result.captureFallback).to.equal(fallback?.message);
      return { path, fallback };
    };

    it('where the video keeps an alpha channel, or pictures are to be JPEG', async () => {
      const page = workspace.write('plain.html', seekable(''));
      const {
        preset: _,
        crf: __,
        ...options
      } = workspace.options(page, { capture: 'canvas' }, { output: 'a.webm', frames: '0-1' });
      const { events } = await workspace.renderAs(options);
      expect(fallbacks(events)).to.deep.equal([
        { type: 'captureFallback', message: 'the video keeps an alpha channel', index: undefined },
      ]);
      const { fallback } = await from(page, { frames: '0-1' }, { image: 'jpeg' });
      expect(fallback?.message).to.include('jpeg');
    });

    const middle: [string, string, string][] = [
      [
        'depth',
        '<b style="display: block; transform: perspective(99px) rotateY(50deg); background: red">x</b>',
        'a transform with depth',
      ],
      [
        'an element that is fixed',
        '<b style="position: fixed; right: 0; bottom: 0">x</b>',
        'position: fixed',
      ],
      ['a canvas beside text', '<canvas width="20" height="20"></canvas>', 'a canvas or video'],
    ];
    for (const [what, html, message] of middle) {
      it(`where ${what} comes in the middle of a film`, async () => {
        const page = workspace.write('middle.html', seekable(html));
        const { path, fallback } = await from(page, { workers: what === 'depth' ? 2 : 1 });
        expect(fallback?.message).to.include(message);
        expect(fallback?.index).to.be.oneOf([3, 7]);
        expect(await sums(path)).to.deep.equal(await workspace.shots(page));
      });
    }

    it('where HTML in an SVG comes in the middle', async () => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><foreignObject width="40" height="20"><p xmlns="http://www.w3.org/1999/xhtml">f</p></foreignObject></svg>';
      const image = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      const page = workspace.write('svg.html', seekable('x', `.on #x { background: url("${image}") }`));
      const { path, fallback } = await from(page);
      expect(fallback?.message).to.include('SVG');
      expect(await sums(path)).to.deep.equal(await workspace.shots(page));
    });

    it('where a script looks whether it is in a frame', async () => {
      const page = workspace.write(
        'top.html',
        `${seekable('x')}<script>if (window.top !== window.self) document.body.style.background = 'red'</script>`,
      );
      expect((await from(page, { frames: '0-1' })).fallback?.message).to.include('in a frame');
    });

    it('where a frame differs that nobody could foresee: the first, the middle and the last are compared', async () => {
      const script = 'const w = window; if (w["to" + "p"] !== w) document.body.style.background = "red"';
      const page = workspace.write('differs.html', `${seekable('x')}<script>${script}</script>`);
      const { path, fallback } = await from(page, { frames: '0-1' });
      expect(fallback?.message).to.match(
        /frame 0 differs from a screenshot in \d+ samples, by up to [12]\d\d/,
      );
      expect(await sums(path)).to.deep.equal(await workspace.shots(page, { frames: '0-1' }));
    });

    it('where a later frame differs: some of each worker are compared, and the film starts again', async () => {
      const script = 'const w = window; const isFramed = w["to" + "p"] !== w';
      const page = workspace.write(
        'later.html',
        `<style>body { margin: 0 }</style><b id="b"></b><script>${script}; filmgate = { duration: 30, seek(time) { b.textContent = Math.round(time * 10); document.body.style.background = isFramed && time > 19 && time < 20.5 ? 'red' : '' } }</script>`,
      );
      const more = { duration: 30, frames: '0-260', segment: '20f' };
      const { path, fallback } = await from(page, more);
      expect(fallback).to.deep.include({ index: 200 });
      expect(await sums(path)).to.deep.equal(await workspace.shots(page, more));
    });

    it('where the browser ends again and again', async () => {
      const page = workspace.write('plain.html', seekable(''));
      const options = workspace.options(page, { capture: 'canvas' }, { maxTries: 1 });
      const before = workspace.browser.opened();
      let isKilled = false;
      const result = await renderVideo({
        ...options,
        async onEvent(event) {
          if (event.type === 'written' && !isKilled) {
            isKilled = true;
            await workspace.browser.kill(before + 1); // The second: the first is compared with.
          }
        },
      });
      expect(result.captureFallback).to.be.a('string');
      expect(await sums(options.output)).to.have.length(10);
    });
  });
});
