import { expect } from 'chai';
import { chromium } from '../../../src/capture/chromium/chromium';
import type { ChromiumOptions } from '../../../src/capture/chromium/options';
import { usePageStage } from '../../support/pageStage';

describe('what a page is known by', () => {
  const stage = usePageStage();

  /** What a page says of itself, and its identity, once it is loaded. */
  async function ask(page: string, options: ChromiumOptions = {}) {
    const source = chromium(stage.path(`pages/${page}`), { browser: stage.browser.path, ...options });
    const session = source.open();
    try {
      return { description: await session.describe({ duration: 1 }), identity: session.identity?.() };
    } finally {
      await session.close();
    }
  }

  it('is the page, its browser, and what shapes its frames', async () => {
    const { identity } = await ask('canvas.html');
    expect(identity?.settings).to.include({ page: stage.path('pages/canvas.html') });
    expect(Object.values(identity?.settings ?? {}).join()).to.include(stage.browser.path);
    expect((await ask('canvas.html')).identity, 'the next time').to.deep.equal(identity);
    const others: ChromiumOptions[] = [
      ...([{ seed: 2 }, { scale: 2 }, { forwardOnly: true }, { capture: 'screenshot' }] as const),
      ...([{ image: 'jpeg' }, { image: 'jpeg', quality: 50 }] as const),
    ];
    const known = [
      identity,
      ...(await Promise.all(others.map((one) => ask('canvas.html', one)))).map((one) => one.identity),
    ];
    const settings = known.map((one) => JSON.stringify(one?.settings));
    expect(new Set(settings).size).to.equal(known.length);
  });

  it('is not how it is waited for', async () => {
    const { identity } = await ask('canvas.html');
    const others: ChromiumOptions[] = [{ loadTimeout: 50 }, { dedupe: false }, { strict: true }];
    for (const other of others) expect((await ask('canvas.html', other)).identity).to.deep.equal(identity);
  });

  it('is all the files that it has loaded', async () => {
    const { identity } = await ask('gsap.html');
    expect(identity?.files).to.have.members(
      ['gsap.html', 'gsap.min.js'].map((name) => stage.path(`pages/${name}`)),
    );
  });

  it('tells whether it only moves forward: a page without a clock of its own does, or one that says so', async () => {
    const isForwardOnly = async (page: string, options?: ChromiumOptions) =>
      (await ask(page, options)).description.forwardOnly;
    expect(await isForwardOnly('css-keyframes.html')).to.equal(true);
    expect(await isForwardOnly('indexed.html')).to.equal(false);
    expect(await isForwardOnly('indexed.html', { forwardOnly: true })).to.equal(true);
  });
});
