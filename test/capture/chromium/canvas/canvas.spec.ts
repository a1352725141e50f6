import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { chromium } from '../../../../src/capture/chromium/chromium';
import { checkOptions } from '../../../../src/capture/chromium/chromiumOptions';
import { pageSource } from '../../../../src/capture/chromium/chromiumSession';
import type { CaptureMode } from '../../../../src/capture/chromium/findBrowser';
import type { RenderEvent } from '../../../../src/frames/events';
import { renderVideo } from '../../../../src/renderVideo';
import { type PageRender, usePageWorkspace } from '../../../support/pageWorkspace';
import { frameMd5, probe } from '../../../support/video';

type Fallback = Extract<RenderEvent, { type: 'captureFallback' }>;

/** Most of what a page is made of, moved by every kind of time. */
const RICH = `<style>
  body { margin: 0; font: 13px serif; background: linear-gradient(37deg, #123, #456, #89a); color: #fff }
  @keyframes move { to { transform: translateX(30px) rotate(50deg) } }
  i { position: absolute; left: 8px; top: 9px; width: 20px; height: 20px; background: #f80; border-radius: 5px; animation: move 1s linear }
  u { position: absolute; left: 20px; top: 24px; mix-blend-mode: difference; filter: blur(1px); clip-path: circle(9px); background: #0f8; width: 20px; height: 20px; opacity: 0.8 }
  </style>text äöü <i></i><u></u><svg width="20" height="20"><circle id="dot" cx="9" cy="9" r="3" fill="red"><animate attributeName="r" to="9" dur="1s"/></circle></svg>
  <input style="width: 20px" value="a"><b id="count"></b>
  <script>requestAnimationFrame(function show(now) { count.textContent = Math.round(now); requestAnimationFrame(show) })</script>`;

/** A page in which something appears at frame 60 that cannot be drawn. */
const LATE = `<style>body { margin: 0; font: 20px serif } .late { position: fixed; right: 0 }</style><b id="b"></b><i id="i">x</i>
  <script>filmgate = { duration: 24, seek(time) { const frame = Math.round(time * 10); b.textContent = frame; i.className = frame >= 60 && frame < 66 ? 'late' : '' } }</script>`;

/** A page that can be set to any time, and shows something else from some time on. */
const seekable = (shown: string, style = '') =>
  `<style>body { margin: 0; font: 20px serif } #x { display: none } .on #x { display: block } ${style}</style><b id="b"></b><div id="x">${shown}</div>
  <script>filmgate = { duration: 1, seek(time) { const frame = Math.round(time * 10); b.textContent = frame; document.documentElement.className = [3, 7].includes(frame) ? 'on' : '' } }</script>`;

describe('pages that are drawn into a canvas', () => {
  const workspace = usePageWorkspace();
  const sums = async (path: string) => (await frameMd5(path)).sums;
  const fallbacks = (events: readonly RenderEvent[]) =>
    events.filter((event): event is Fallback => event.type === 'captureFallback');

  async function both(page: string, more: PageRender = {}, options: { scale?: number } = {}) {
    const shot = await workspace.render(page, { capture: 'beginframe', ...options }, more);
    const drawn = await workspace.render(page, { capture: 'canvas', ...options }, more);
    expect(await sums(drawn.path)).to.deep.equal(await sums(shot.path));
    return drawn;
  }

  describe('have the same frames as screenshots of them,', () => {
    for (const workers of [1, 2, 4]) {
      it(`by ${workers} ${workers === 1 ? 'worker' : 'workers'}`, async () => {
        const page = workspace.write('rich.html', RICH);
        const { events } = await both(page, { workers, size: { width: 128, height: 90 } });
        expect(fallbacks(events)).to.deep.equal([]);
      });
    }

    it('also where they only move forward, and in part', async () => {
      const { events } = await both('canvas.html', { frames: '4-7', workers: 2 });
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
      const { path, events } = await both(page, more);
      expect(fallbacks(events)).to.deep.equal([]);
      const different = new Set(await sums(path)).size;
      expect(different).to.be.within(9, 16); // Of 26: it does change, and it does stand still.
    });

    it('in an odd size, and with more than one device pixel for each of their own', async () => {
      const page = workspace.write('rich.html', RICH);
      const more = { size: { width: 65, height: 49 }, frames: '0-3' };
      for (const scale of [1, 1.5, 2]) {
        const { path, events } = await both(page, more, { scale });
        expect(fallbacks(events), `scale ${scale}`).to.deep.equal([]);
        const even = (side: number) => Math.ceil(Math.round(side * scale) / 2) * 2;
        expect(await probe(path)).to.include({ width: even(65), height: even(49) });
      }
    });

    for (const [what, options, behind] of [
      ['is opaque', '{ alpha: false }', ''],
      ['is opaque only where it is painted', '{}', ''],
      ['can be seen through', '{}', 'c.clearRect(40, 40, 30, 30);'],
    ] as const) {
      for (const width of [128, 130])
        it(`where all there is to see is one canvas that ${what}, ${width} pixels wide`, async () => {
          const page = workspace.write(
            'whole.html',
            `<style>body { margin: 0; background: linear-gradient(#f80, #08f) } canvas { display: block }</style>
          <canvas width="${width}" height="90"></canvas><script>
          const c = document.querySelector('canvas').getContext('2d', ${options});
          filmgate = { duration: 1, seek(time) {
            c.fillStyle = 'hsl(' + 300 * time + ' 80% 40%)'; c.fillRect(0, 0, ${width}, 90);
            c.fillStyle = '#fff'; c.font = '20px serif'; c.fillText('frame ' + time, 3, 30); ${behind}
          } }</script>`,
          );
          const { events } = await both(page, { workers: 2, size: { width, height: 90 } });
          expect(fallbacks(events)).to.deep.equal([]);
        });
    }

    for (const [what, options] of [
      ['as most pages have it', '{}'],
      ['of straight alpha', '{ premultipliedAlpha: false }'],
      ['that keeps what was drawn', '{ preserveDrawingBuffer: true }'],
      ['that is opaque', '{ alpha: false }'],
    ])
      it(`where all there is to see is one canvas of WebGL ${what}, which is not drawn to for each frame`, async () => {
        const page = workspace.write(
          'webgl.html',
          `<style>body { margin: 0; background: #08f } canvas { display: block }</style><canvas width="128" height="90"></canvas><script>
          const gl = document.querySelector('canvas').getContext('webgl', ${options});
          filmgate = { duration: 1, seek(time) {
            const frame = Math.round(time * 10);
            if (frame % 4 === 3) return; // What was drawn last stays: the one worker has taken the frame before.
            gl.clearColor(time, 0.5, 0.2, 1); gl.clear(gl.COLOR_BUFFER_BIT);
            gl.enable(gl.SCISSOR_TEST); gl.scissor(9 * frame, 5, 20, 40);
            gl.clearColor(1, time, 1, frame % 4 === 2 ? 0.5 : 1); gl.clear(gl.COLOR_BUFFER_BIT); gl.disable(gl.SCISSOR_TEST);
          } }</script>`,
        );
        const { path, events } = await both(page, { workers: 1, size: { width: 128, height: 90 } });
        expect(fallbacks(events)).to.deep.equal([]);
        expect(new Set(await sums(path)).size).to.be.at.least(7);
      });

    it('where a canvas of WebGL is drawn to once more when something has come that its frame asked for', async () => {
      const draw = (blue: string) => `gl.clearColor(time, 0.5, ${blue}, 1); gl.clear(gl.COLOR_BUFFER_BIT);`;
      const page = workspace.write(
        'late.html',
        `<style>body { margin: 0 } canvas { display: block }</style><canvas width="128" height="90"></canvas><script>
          const gl = document.querySelector('canvas').getContext('webgl');
          filmgate = { duration: 1, seek(time) {
            ${draw('0')}
            if (Math.round(time * 10) % 3 === 2) fetch('late.html').then((answer) => { ${draw('1')} return answer.text(); }); // Not the frames that are compared.
          } }</script>`,
      );
      const { events } = await both(page, { workers: 1, size: { width: 128, height: 90 } });
      expect(fallbacks(events)).to.deep.equal([]);
    });

    it('where a document is served in place of their file', async () => {
      const page = join(workspace.path('pages'), 'made.html');
      const settings = checkOptions({ capture: 'canvas', browser: workspace.browser.path });
      const document = `<!doctype html>${seekable('x')}`;
      const options = workspace.options('canvas.html', {}, { frames: '0-4' });
      const source = pageSource(async () => ({ page, document }), settings);
      const { path, events } = await workspace.renderAs({ ...options, source });
      expect(fallbacks(events)).to.deep.equal([]);
      const written = await workspace.render(
        workspace.write('same.html', seekable('x')),
        {},
        { frames: '0-4' },
      );
      expect(await sums(path)).to.deep.equal(await sums(written.path));
    });

    it('where the page makes of the pixels what is encoded, and where it cannot', async () => {
      const page = workspace.write('rich.html', RICH);
      for (const [width, bytes] of [
        [128, (128 * 90 * 3) / 2],
        [130, 130 * 90 * 4],
      ] as const) {
        const { events } = await both(page, { size: { width, height: 90 }, frames: '0-5' });
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
      const { events } = await both(page, { frames: '0-1', size: { width: 400, height: 60 } });
      expect(fallbacks(events)).to.deep.equal([]);
    });
  });

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
        const { path, fallback } = await from(page, { workers: 2 });
        expect(fallback?.message).to.include(message);
        expect(fallback?.index).to.be.oneOf([3, 7]);
        const shot = await workspace.render(page, { capture: 'beginframe' });
        expect(await sums(path)).to.deep.equal(await sums(shot.path));
      });
    }

    it('where HTML in an SVG comes in the middle', async () => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><foreignObject width="40" height="20"><p xmlns="http://www.w3.org/1999/xhtml">f</p></foreignObject></svg>';
      const image = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      const page = workspace.write('svg.html', seekable('x', `.on #x { background: url("${image}") }`));
      const { path, fallback } = await from(page);
      expect(fallback?.message).to.include('SVG');
      const shot = await workspace.render(page, { capture: 'beginframe' });
      expect(await sums(path)).to.deep.equal(await sums(shot.path));
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
      const shot = await workspace.render(page, { capture: 'beginframe' }, { frames: '0-1' });
      expect(await sums(path)).to.deep.equal(await sums(shot.path));
    });

    it('where a later frame differs: some of each worker are compared, and the film starts again', async () => {
      const script = 'const w = window; const isFramed = w["to" + "p"] !== w';
      const page = workspace.write(
        'later.html',
        `<style>body { margin: 0 }</style><b id="b"></b><script>${script}; filmgate = { duration: 15, seek(time) { b.textContent = Math.round(time * 10); document.body.style.background = isFramed && time > 9 && time < 10.5 ? 'red' : '' } }</script>`,
      );
      const more = { duration: 15, frames: '0-110', segment: '20f' };
      const { path, fallback } = await from(page, more);
      expect(fallback).to.deep.include({ index: 100 });
      const shot = await workspace.render(page, { capture: 'beginframe' }, more);
      expect(await sums(path)).to.deep.equal(await sums(shot.path));
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

  it('keep their verified segments where screenshots have to go on', async () => {
    const page = workspace.write('turns.html', LATE);
    const more: PageRender = { duration: 7, segment: '3f' };
    const source = chromium(page, { capture: 'canvas', browser: workspace.browser.path });
    const { path, events } = await workspace.renderAs({ ...workspace.options(page, {}, more), source });
    expect(fallbacks(events)).to.deep.include({
      ...{ type: 'captureFallback', index: 60 },
      message: 'frame 60: position: fixed',
    });
    const last = events.at(-1);
    expect(last?.type === 'finished' && last.result.resumedFrames).to.be.at.least(3);
    const shot = await workspace.render(page, { capture: 'beginframe' }, more);
    expect(await sums(path)).to.deep.equal(await sums(shot.path));
  });

  describe('where nobody says how, are drawn', () => {
    const areDrawn = (events: readonly RenderEvent[]) =>
      events.every((event) => event.type !== 'captured' || event.bytes === (320 * 180 * 3) / 2);
    const LONG = { duration: 24, size: { width: 320, height: 180 } };

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

  it("are resumed in either way with arguments of one's own for FFmpeg, which are asked for once for all segments", async () => {
    const page = workspace.write('resumed.html', seekable('x'));
    let asked = 0;
    const ffmpegArgs = (args: string[]) => {
      asked += 1;
      return args.map((arg, at) => (args[at - 1] === '-vf' ? `hue=s=0,${arg}` : arg));
    };
    for (const [begun, resumed] of [
      ['beginframe', 'canvas'],
      ['canvas', 'beginframe'],
    ] as const) {
      const more = {
        segment: '3f',
        size: { width: 128, height: 48 },
        output: `own-${begun}.mp4`,
        ffmpegArgs,
      };
      const options = (capture: CaptureMode) => ({
        ...workspace.options(page, {}, more),
        source: chromium(page, { capture, browser: workspace.browser.path }),
      });
      const stop = new AbortController();
      const onEvent = ({ type }: RenderEvent) => type === 'segmentVerified' && stop.abort();
      asked = 0;
      await renderVideo({ ...options(begun), signal: stop.signal, onEvent }).catch(() => {});
      expect(asked, begun).to.equal(2); // For the whole video, and for all segments.
      const { events } = await workspace.renderAs({ ...options(resumed), resume: true });
      expect(asked, resumed).to.equal(4);
      const last = events.at(-1);
      expect(last?.type === 'finished' && last.result.resumedFrames).to.be.at.least(3);
      expect(fallbacks(events)).to.deep.equal([]);
    }
  });

  it('are resumed in either way, as the frames are the same', async () => {
    const page = workspace.write('resumed.html', seekable('x'));
    for (const width of [64, 66]) {
      const more: PageRender = { segment: '3f', size: { width, height: 48 } };
      const whole = await workspace.render(page, { capture: 'beginframe' }, more);
      for (const [begun, resumed] of [
        ['canvas', 'canvas'],
        ['beginframe', 'canvas'],
        ['canvas', 'beginframe'],
      ] as const) {
        const what = `${begun}, then ${resumed}, ${width} pixels wide`;
        const as = (capture: CaptureMode, other: object = {}) => ({
          ...workspace.options(page, {}, { ...more, output: `resumed-${begun}-${resumed}-${width}.mp4` }),
          source: chromium(page, { capture, browser: workspace.browser.path }),
          ...other,
        });
        const stop = new AbortController();
        const onEvent = (event: RenderEvent) =>
          event.type === 'segmentVerified' && event.segment === 0 && stop.abort();
        await renderVideo(as(begun, { signal: stop.signal, onEvent })).catch(() => {});
        const { path, events } = await workspace.renderAs(as(resumed, { resume: true }));
        const last = events.at(-1);
        expect(last?.type === 'finished' && last.result.resumedFrames, what).to.be.at.least(3);
        expect(fallbacks(events), what).to.deep.equal([]);
        expect(await sums(path), what).to.deep.equal(await sums(whole.path));
      }
    }
  });

  it('leave nothing in memory when they are done', async () => {
    const page = workspace.write('plain.html', seekable(''));
    await workspace.render(page, { capture: 'canvas' }, { frames: '0-1' });
    const left = readdirSync('/dev/shm').filter((name) => {
      const isOurs = /^filmgate-(browser|check)-/.test(name);
      return isOurs && statSync(join('/dev/shm', name)).birthtimeMs > Date.now() - 5000;
    });
    expect(left).to.deep.equal([]);
  });
});
