import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { chromium } from '../../../src/capture/chromium/chromium';
import type { RenderEvent } from '../../../src/frames/events';
import type { RenderOptions } from '../../../src/plan/renderOptions';
import { render } from '../../../src/render';
import { MODES, usePageWorkspace } from '../../support/pageWorkspace';
import { frameMd5 } from '../../support/video';

type Retry = Extract<RenderEvent, { type: 'retried' }>;

describe('pages whose browsers fail once', () => {
  const workspace = usePageWorkspace();
  const undisturbed = new Map<string, string[]>();

  function optionsFor(page: string, capture: (typeof MODES)[number], more: Partial<RenderOptions>) {
    const options = workspace.options(page, {}, { workers: 2, duration: 3, ...more });
    const source = chromium(workspace.path(`pages/${page}`), { capture, browser: workspace.browser.path });
    return { ...options, source };
  }

  /** What a page's frames are when nothing happens. */
  async function sums(page: string, capture: (typeof MODES)[number]): Promise<string[]> {
    const known = undisturbed.get(page + capture);
    if (known) return known;
    const options = optionsFor(page, capture, { workers: 1 });
    await lastValueFrom(render(options));
    const found = (await frameMd5(options.output)).sums;
    undisturbed.set(page + capture, found);
    return found;
  }

  /** Renders with `strike` at frame 5, and checks that it costs a try and not a frame. */
  async function survives(
    page: string,
    capture: (typeof MODES)[number],
    strike: (browser: number) => Promise<void>,
    more: Partial<RenderOptions> = {},
  ): Promise<Retry[]> {
    const expected = await sums(page, capture);
    const options = optionsFor(page, capture, more);
    const first = workspace.browser.opened();
    let striking: Promise<void> | undefined;
    const onEvent = (event: RenderEvent) => {
      if (event.type === 'written' && event.index === 5) striking = strike(first);
    };
    const events = await lastValueFrom(render(options).pipe(tap(onEvent), toArray()));
    await striking;
    expect((await frameMd5(options.output)).sums).to.deep.equal(expected);
    expect(expected).to.have.lengthOf(30);
    const retries = events.filter((event): event is Retry => event.type === 'retried');
    expect(retries).not.to.have.lengthOf(0);
    expect(workspace.browser.opened() - first).to.equal(2 + retries.length);
    const last = events.at(-1);
    expect(last?.type === 'finished' && last.result.retries).to.equal(retries.length);
    return retries;
  }

  for (const capture of MODES) {
    describe(`by ${capture}`, () => {
      for (const page of ['canvas.html', 'gsap.html']) {
        it(`a browser that is killed, at ${page}`, async () => {
          const retries = await survives(page, capture, (browser) => workspace.browser.kill(browser));
          for (const { code, message } of retries) {
            expect(code).to.equal('WORKER_DIED');
            expect(message).to.match(/SIGKILL|137/);
          }
        });
      }

      it('a renderer that is killed', async () => {
        const strike = (browser: number) => workspace.browser.signalRenderer('SIGKILL', browser);
        for (const { code, message } of await survives('canvas.html', capture, strike)) {
          expect(code).to.equal('WORKER_DIED');
          expect(message).to.include('crashed');
        }
      });

      it('a renderer that is stopped', async () => {
        const strike = (browser: number) => workspace.browser.signalRenderer('SIGSTOP', browser);
        const retries = await survives('canvas.html', capture, strike, { frameTimeout: 3 });
        for (const { code } of retries) expect(code).to.be.oneOf(['PAGE_NOT_READY', 'FRAME_STALLED']);
      });

      it('the only browser there is', async () => {
        const strike = (browser: number) => workspace.browser.kill(browser);
        const expected = await sums('canvas.html', capture);
        const options = optionsFor('canvas.html', capture, { workers: 1 });
        const first = workspace.browser.opened();
        const onEvent = (event: RenderEvent) => {
          if (event.type === 'written' && event.index === 5) void strike(first);
        };
        await lastValueFrom(render(options).pipe(tap(onEvent)));
        expect((await frameMd5(options.output)).sums).to.deep.equal(expected);
        expect(workspace.browser.opened() - first).to.equal(2);
      });
    });
  }
});
