import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { chromium } from '../../../src/capture/chromium/chromium';
import type { ChromiumOptions } from '../../../src/capture/chromium/chromiumOptions';
import { usePageWorkspace } from '../../support/pageWorkspace';
import { countFrom, type Run, requested, run } from '../../support/segmentWorkspace';
import { decode } from '../../support/video';

describe('the identity of a page', () => {
  const workspace = usePageWorkspace();
  const file = (name: string) => workspace.path(`pages/own/${name}`);
  const source = (options: ChromiumOptions = {}) =>
    chromium(file('film.html'), { browser: workspace.browser.path, ...options });

  before(() => {
    mkdirSync(file(''));
    writeFileSync(file('film.html'), PAGE);
    writeFileSync(file('style.css'), 'body { margin: 0 }');
    writeFileSync(file('light.js'), 'export const light = (index) => index * 5;');
    writeFileSync(file('late.json'), '{ "gain": 2 }');
  });

  it('is where it is, how it is captured, and the files that were served so far', async () => {
    const session = source({ seed: 7, image: 'jpeg', quality: 80 }).open();
    try {
      await session.describe({ width: 64, height: 48 });
      const { settings, files } = session.identity?.() ?? {};
      expect(settings).to.include({
        page: file('film.html'),
        scale: '1',
        seed: '7',
        sequential: 'false',
      });
      expect(settings?.browser).to.match(/\d+\.\d+/);
      expect(settings?.capture).to.match(/^(beginframe|screenshot), jpeg of quality 80$/);
      expect(files).to.have.members(['film.html', 'style.css', 'light.js'].map(file));
    } finally {
      await session.close();
    }
  });

  it('holds a resumed render to what it was, also to files that were fetched on the way', async () => {
    const output = workspace.path('out/film.mp4');
    const lossless = { crf: 0, preset: 'ultrafast', size: '64x48', fps: 10 } as const;
    const render = (options: ChromiumOptions, resume: boolean, onEvent?: Parameters<typeof run>[1]) =>
      run({ ...lossless, source: source(options), output, segment: '10f', workers: 1, resume }, onEvent);
    let verified = 0;
    await render({}, false, ({ type }, cancel) => {
      if (type === 'segmentVerified') verified += 1;
      if (verified === 2) cancel();
    });
    const isRefused = ({ error }: Run, says: string) => {
      expect(error).to.have.property('code', 'RESUME_CHANGED');
      expect(error).to.have.property('message').that.includes(says);
    };
    isRefused(await render({ seed: 2 }, true), 'seed was 1, and is 2');
    const names = ['film.html', 'style.css', 'light.js', 'late.json'];
    const contents = names.map((name) => readFileSync(file(name), 'utf8'));
    for (const [at, name] of names.entries()) writeFileSync(file(name), `${contents[at]}\n`);
    const changed = await render({}, true);
    for (const name of names) isRefused(changed, `${file(name)} has changed`);
    for (const [at, name] of names.entries()) writeFileSync(file(name), contents[at] ?? '');

    const resumed = await render({}, true);
    expect(resumed.error).to.equal(undefined);
    expect(requested(resumed)).to.deep.equal(countFrom(20, 10));
    const { frames } = await decode(output, { pixels: 'gray' });
    const lights = frames.map(([light]) => light ?? Number.NaN);
    for (const [index, light] of lights.entries())
      expect(light).to.be.closeTo(index < 5 ? index * 5 : index * 7, 2);
    expect(lights).to.have.lengthOf(30);
  });
});

// From frame 5 on it is lighter, by what it fetches then.
const PAGE = `<!doctype html>
<link rel="stylesheet" href="style.css">
<canvas width="64" height="48" style="display: block"></canvas>
<script type="module">
  import { light } from './light.js';
  const context = document.querySelector('canvas').getContext('2d');
  window.filmgate = {
    duration: 3, width: 64, height: 48,
    async seek(time) {
      const index = Math.round(time * 10);
      const { gain } = index < 5 ? { gain: 0 } : await (await fetch('late.json')).json();
      const level = light(index) + gain * index;
      context.fillStyle = 'rgb(' + [level, level, level] + ')';
      context.fillRect(0, 0, 64, 48);
    },
  };
</script>`;
