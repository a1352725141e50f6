import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { lastValueFrom, Subject } from 'rxjs';
import { writeReport } from '../../src/dashboard/index';
import type { RenderEvent } from '../../src/index';
import { reads, useDashboardPages } from '../support/dashboardPage';
import { useDashboardRenders } from '../support/dashboardRenders';
import { indexedInline } from '../support/renderWorkspace';
import { simulatedRender } from '../support/simulatedRender';
import { paintIndex } from '../support/video';

describe('the page of a render', () => {
  const openPage = useDashboardPages();
  const { workspace, open, prepare, prepareWithThumbnail } = useDashboardRenders();

  it('counts up to the number of frames, says where the video is, and plays it', async () => {
    const { events, begin } = prepare({ source: indexedInline(40) });
    const page = await openPage((await open(events)).url);
    await reads(page, '.headline', /Preparing/);
    begin();
    await reads(page, '.headline', /^Done: 40 frames/);
    expect(await page.locator('#written').textContent()).to.equal('40');
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).to.equal('40');
    await reads(page, '.caption', /out\/video\.mp4$/);
    const isPlayable = 'document.querySelector("video").src.includes("/video?key=")';
    expect(await page.evaluate(isPlayable)).to.equal(true);
    const status = await page.evaluate('fetch(document.querySelector("video").src).then((r) => r.status)');
    expect(status).to.equal(200);
  });

  it('shows the same to a tab that is opened later', async () => {
    const { events, begin } = prepare({ source: indexedInline(30) });
    const { url } = await open(events);
    const [first] = [await openPage(url)];
    begin();
    await reads(first, '.headline', /^Done/);
    const second = await openPage(url);
    await reads(second, '.headline', /^Done/);
    for (const selector of ['.facts', '.gate', '.lists'])
      expect(await second.locator(selector).textContent()).to.equal(
        await first.locator(selector).textContent(),
      );
  });

  it('shows the frame of a slow worker as the one that all wait for', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const source = indexedInline(40, {
      async capture({ index, worker }) {
        if (worker === 'worker 2') await held;
        return paintIndex(index);
      },
    });
    const { events, begin } = prepare({ source, workers: 3, window: 12 });
    const page = await openPage((await open(events)).url);
    begin();
    const words = await reads(
      page,
      '#awaited',
      /All wait for frame \d+, which worker 2 has been capturing for/,
    );
    const index = /frame (\d+)/.exec(words)?.[1];
    const cell = page.locator('.queue .awaited');
    expect(await cell.getAttribute('aria-label')).to.match(
      new RegExp(`^frame ${index}: being captured by worker 2`),
    );
    expect(await page.locator('.queue li:not(.free)').count()).to.be.at.most(12);
    release();
    await reads(page, '.headline', /^Done/);
  });

  it('shows a retry with its frame, attempt, worker and reason', async () => {
    let hasFailed = false;
    const source = indexedInline(30, {
      async capture({ index }) {
        if (index === 7 && !hasFailed) {
          hasFailed = true;
          throw new Error('the lamp broke');
        }
        return paintIndex(index);
      },
    });
    const { events, begin } = prepare({ source });
    const page = await openPage((await open(events)).url);
    begin();
    await reads(page, '.incidents .retry', /retry frame 7 attempt 1 worker \d .*the lamp broke/s);
    await reads(page, '.headline', /^Done/);
  });

  it('says why a render has failed, and what its code is', async () => {
    const source = indexedInline(30, {
      capture({ index }) {
        if (index === 9) throw new Error('the lamp broke');
        return paintIndex(index);
      },
    });
    const { events, begin } = prepare({ source, maxTries: 1 });
    const page = await openPage((await open(events)).url);
    begin();
    await reads(page, '.headline', /^Failed: frame 9 could not be captured.*the lamp broke.*CAPTURE_FAILED/);
  });

  it('cancels the render after a question, and leaves the output as it was', async () => {
    writeFileSync(workspace.path('video.mp4'), 'before');
    const stop = new AbortController();
    const source = indexedInline(30, {
      capture: ({ index }) => (index > 5 ? new Promise<never>(() => {}) : [paintIndex(index)]),
    });
    const { events, begin } = prepare({ source, overwrite: true }, stop.signal);
    const page = await openPage((await open(events, { onCancel: () => stop.abort() })).url);
    begin();
    await reads(page, '#written', /^6$/);
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'No, go on' }).click();
    expect(stop.signal.aborted).to.equal(false);
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Yes, cancel' }).click();
    await reads(page, '.headline', /^Cancelled/);
    expect(readFileSync(workspace.path('video.mp4'), 'utf8')).to.equal('before');
  });

  it('says that its connection is lost, and comes back to what has happened since', async () => {
    const sockets: Socket[] = [];
    const note = (message: unknown) => {
      const { request, socket } = message as { request: IncomingMessage; socket: Socket };
      if (request.url === '/events') sockets.push(socket);
    };
    subscribe('http.server.request.start', note);
    const events = new Subject<RenderEvent>();
    const page = await openPage((await open(events)).url);
    await reads(page, '.link', /Live/);
    for (const socket of sockets) socket.destroy();
    await reads(page, '.link', /Connection lost/);
    events.next({ type: 'warning', message: 'said meanwhile' });
    await reads(page, '.link', /Live/);
    await reads(page, '.incidents', /said meanwhile/);
    unsubscribe('http.server.request.start', note);
  });

  it('survives 100,000 frames in memory that stays small', async () => {
    const events = new Subject<RenderEvent>();
    const page = await openPage((await open(events)).url);
    await reads(page, '.link', /Live/);
    let told = 0;
    for (const { event } of simulatedRender({ frames: 100_000, workers: 4, capture: () => 140 })) {
      if (event.type !== 'progress' && event.type !== 'failed' && event.type !== 'dropped')
        events.next(event);
      told += 1;
      if (told % 2000 === 0) await turn();
    }
    await reads(page, '#written', /^100,000$/);
    await reads(page, '.headline', /^Done: 100,000 frames/);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    expect(usedSize).to.be.below(32e6);
  });

  it('is told by its server that it was closed', async () => {
    const dashboard = await open(new Subject<RenderEvent>());
    const page = await openPage(dashboard.url);
    await reads(page, '.link', /Live/);
    await dashboard.close();
    await reads(page, '.link', /was closed/);
  });

  it('is one file as a report, which opens from disk and shows the same', async () => {
    const { events, begin } = prepareWithThumbnail(30);
    const written = writeReport(events, workspace.path('report.html'));
    const page = await openPage((await open(events)).url);
    begin();
    await lastValueFrom(events);
    await written;
    await reads(page, '.headline', /^Done/);
    const requests: string[] = [];
    const report = await openPage('about:blank');
    report.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(workspace.path('report.html')).href;
    await report.goto(url);
    await reads(report, '.headline', /^Done: 30 frames/);
    expect(requests.filter((one) => !one.startsWith('data:'))).to.deep.equal([url]);
    // Each has a clock of its own, so times may differ by a millisecond.
    const lists = async (of: Page) => (await of.locator('.lists').textContent())?.replace(/\d+/g, '#');
    expect(await lists(report)).to.equal(await lists(page));
    expect(await report.locator('.strip img').count()).to.be.at.least(1);
  });

  it('shows a frame that a list names in the film, with the nearest picture that there is', async () => {
    const { events, begin } = prepareWithThumbnail(30);
    const page = await openPage((await open(events)).url);
    begin();
    await reads(page, '.headline', /^Done/);
    const pictures = await page.locator('.strip span').allTextContents();
    const link = page.locator('table .frame').first();
    const frame = Number((await link.textContent())?.replace('frame ', ''));
    await link.click();
    const away = (index: number) => Math.abs(index - frame);
    const shown = await reads(page, '.large figcaption', /^frame \d+/);
    const nearest = Math.min(...pictures.map((index) => away(Number(index))));
    expect(away(Number(/\d+/.exec(shown)?.[0]))).to.equal(nearest);
    if (nearest > 0) expect(shown).to.contain(`the nearest picture to frame ${frame}`);
    expect(await page.locator('.cost .shown').getAttribute('x')).to.equal(String(frame));
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('.large, .cost .shown').count()).to.equal(0);
  });

  it('can be used by keyboard, and names all that it shows', async () => {
    const { events, begin } = prepareWithThumbnail(20);
    const page = await openPage((await open(events)).url, { reducedMotion: 'reduce' });
    begin();
    await reads(page, '.headline', /^Done/);
    const unnamed = await page
      .locator('button, .lanes canvas, svg[role=img], [role=img], [role=progressbar], meter, section')
      .evaluateAll((all) =>
        all
          .filter((one) => {
            const label = one.getAttribute('aria-label') ?? one.getAttribute('aria-labelledby');
            return !label && !one.textContent?.trim();
          })
          .map((one) => one.outerHTML),
      );
    expect(unnamed).to.deep.equal([]);
    const isWide = 'document.documentElement.scrollWidth > innerWidth';
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(isWide), `scrolls sideways at ${width}`).to.equal(false);
    }
    await page.locator('.strip button').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.film .large').waitFor();
  });
});
