import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { useTestPages } from '../../../support/testPage';

const GSAP = {
  '/gsap.min.js': { type: 'text/javascript', body: readFileSync(require.resolve('gsap/dist/gsap.min.js')) },
};

const COMPOSITION = `
<script src="/gsap.min.js"></script>
<style>
  @keyframes go { to { transform: translateX(100px) } }
  i { position: absolute; left: 0; width: 9px; height: 9px }
  #css { animation: go 1s linear both }
</style>
<div data-composition-id="film" data-start="0" data-width="320" data-height="240" data-duration="4">
  <i id="tween" class="clip" data-start="0" data-duration="4"></i>
  <i id="early" class="clip" data-start="0" data-duration="1.5"></i>
  <i id="css" class="clip" data-start="1.5" data-duration="1"></i>
  <i id="after" class="clip" data-start="early + 0.5" data-end="4"></i>
  <i id="unplayed" data-start="0" data-hidden></i>
  <div data-composition-id="inner" data-start="2" data-duration="1.5">
    <i id="nested"></i>
    <i id="part" class="clip" data-start="0.5" data-duration="0.5"></i>
  </div>
</div>
<script>
  const film = gsap.timeline({ paused: true });
  film.fromTo('#tween', { x: 0 }, { x: 400, duration: 4, ease: 'none' }, 0);
  const inner = gsap.timeline({ paused: true });
  inner.fromTo('#nested', { x: 0 }, { x: 100, duration: 1, ease: 'none' }, 0);
  window.__timelines = window.__timelines || {};
  window.__timelines['film'] = film;
  setTimeout(() => { window.__timelines['inner'] = inner }, 30);
  window.x = (id) => Math.round(document.getElementById(id).getBoundingClientRect().x);
  window.shown = () => [...document.querySelectorAll('i')]
    .filter((one) => getComputedStyle(one).visibility === 'visible').map(({ id }) => id);
</script>`;

describe('A composition in HyperFrames’ form', () => {
  const open = useTestPages();
  const openFilm = () => open(COMPOSITION, { files: GSAP });

  it('tells its size and duration, once its timelines are registered', async () => {
    const page = await openFilm();
    expect(await page.describe()).to.deep.equal({
      ...{ contract: 'hyperframes', duration: 4, width: 320, height: 240, unsupported: [] },
    });
  });

  it('shows each clip from its start up to its end, and the last ones to the very end', async () => {
    const page = await openFilm();
    const shown: Record<number, string> = {};
    for (const frame of [0, 14, 15, 19, 20, 24, 25, 29, 30, 34, 35, 39, 40]) {
      await page.seek(frame);
      shown[frame / 10] = (await page.evaluate('shown()')).join(' ');
    }
    expect(shown).to.deep.equal({
      ...{ 0: 'tween early', 1.4: 'tween early', 1.5: 'tween css', 1.9: 'tween css' },
      ...{ 2: 'tween css after nested', 2.4: 'tween css after nested', 2.5: 'tween after nested part' },
      ...{ 2.9: 'tween after nested part', 3: 'tween after nested', 3.4: 'tween after nested' },
      ...{ 3.5: 'tween after', 3.9: 'tween after', 4: 'tween after' },
    });
  });

  it('plays its timelines, and CSS animations from the start of their clip, the same for every worker', async () => {
    for (const frames of [[...Array(24).keys()], [0, 23], [23]]) {
      const page = await openFilm();
      await page.seek(frames);
      const places = await page.evaluate(`['tween', 'nested', 'css'].map(x)`);
      expect(places).to.deep.equal([230, 30, 80]);
    }
  });

  it('takes its duration from what is in it, where none is given', async () => {
    const page = await open(`<div data-composition-id="a" data-no-timeline>
      <p class="clip" data-start="1" data-duration="2"></p><p data-composition-id="b" data-start="2"></p></div>
      <script>window.__timelines = { b: { duration: () => 3.5, seek() {} } }</script>`);
    expect(await page.describe()).to.deep.equal({ contract: 'hyperframes', duration: 5.5, unsupported: [] });
  });

  it('reads timelines from an array, too', async () => {
    const page = await open(`<div data-composition-id="a" data-duration="2"></div><script>
      window.seeks = [];
      window.__timelines = [{ duration: () => 2, seek: (time) => seeks.push(time) }];
    </script>`);
    await page.seek([0, 15]);
    expect(await page.evaluate('seeks')).to.deep.equal([0, 1.5]);
  });

  it('names what is not supported, and a timeline that never came', async () => {
    const page = await open(`<html data-composition-variables="[]">
      <div data-composition-id="a" data-duration="2"><audio data-start="0"></audio><video data-start="0"></video>
      <div data-start="0" data-composition-src="./other.html"></div></div><script></script>`);
    expect((await page.describe()).unsupported).to.deep.equal([
      ...[
        'audio',
        'video',
        'data-composition-src',
        'data-composition-variables',
        'composition "a" has no timeline',
      ],
    ]);
  });

  it('shows no clip of a clip that is over', async () => {
    const page = await open(`<div data-composition-id="a" data-duration="4">
      <div data-start="0" data-duration="1"><p id="p" data-start="0" data-duration="4">text</p></div></div>`);
    await page.seek([5]);
    expect(await page.evaluate('getComputedStyle(p).visibility')).to.equal('visible');
    await page.seek([15]);
    expect(await page.evaluate('getComputedStyle(p).visibility')).to.equal('hidden');
  });

  it('needs no script', async () => {
    const page = await open(
      `<div data-composition-id="a" data-duration="2"><p id="p" data-start="1">text</p></div>`,
    );
    await page.seek(0);
    expect(await page.evaluate('getComputedStyle(p).visibility')).to.equal('hidden');
    await page.seek(10);
    expect(await page.evaluate('getComputedStyle(p).visibility')).to.equal('visible');
  });
});
