import { expect } from 'chai';
import { type Observable, Subject } from 'rxjs';
import { openGate } from '../../src/gate';
import type { RenderEvent } from '../../src/index';
import { reads, useDashboardPages } from '../support/dashboardPage';
import { useDashboardRenders } from '../support/dashboardRenders';
import { FakeWriter, frameOf } from '../support/fakeWriter';
import { indexedInline } from '../support/renderWorkspace';
import { later } from '../support/settle';
import { simulatedRender } from '../support/simulatedRender';
import { paintIndex } from '../support/video';

describe('the parts of the page of a render', () => {
  const openPage = useDashboardPages();
  const { open, prepare, prepareWithThumbnail } = useDashboardRenders();

  /** The page of a render that is over. */
  async function pageOf(made: { events: Observable<RenderEvent>; begin(): void }, ends = /^Done/) {
    const page = await openPage((await open(made.events)).url);
    made.begin();
    await reads(page, '.headline', ends);
    return page;
  }

  it('show an incident with the picture that is nearest to its frame', async () => {
    const page = await pageOf(prepareWithThumbnail(30, 7));
    const retry = page.locator('.incidents .retry');
    expect(await retry.textContent()).to.match(/retry frame 7 attempt 1 worker \d .*the lamp broke/s);
    expect(await retry.locator('img').getAttribute('alt')).to.match(
      /^Frame (7|\d+, the nearest picture to frame 7)$/,
    );
  });

  it('show what ended the render as an incident, with its frame, attempt and worker', async () => {
    const source = indexedInline(30, {
      capture({ index }) {
        if (index === 9) throw new Error('the lamp broke');
        return [paintIndex(index)];
      },
    });
    const page = await pageOf(prepare({ source, maxTries: 2 }), /^Failed/);
    await reads(
      page,
      '.incidents .failure',
      /the render failed frame 9 attempt 2 worker \d .*the lamp broke/s,
    );
  });

  it('show each segment with its frames and its lane, and a row for each FFmpeg', async () => {
    const page = await pageOf(prepare({ source: indexedInline(40), segment: '10f', lanes: 2 }));
    const named = await page
      .locator('.segments li')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    expect(named).to.have.length(4);
    for (const [place, words] of named.entries()) {
      const frames = `frames ${10 * place} to ${10 * place + 9}`;
      expect(words).to.match(new RegExp(`^segment ${place + 1}, ${frames}: verified, lane [12]$`));
    }
    expect(new Set(named.map((words) => words.at(-1)))).to.deep.equal(new Set(['1', '2']));
    expect(await page.locator('.rows li b').allTextContents()).to.deep.equal([
      ...['worker 1', 'worker 2'],
      ...['FFmpeg 1', 'FFmpeg 2'],
    ]);
  });

  it('stay within their cards, also where one is high and there is no picture', async () => {
    const events = new Subject<RenderEvent>();
    const begin = () => events.error(new Error('the lamp broke and nobody saw it '.repeat(12)));
    const page = await pageOf({ events, begin }, /^Failed/);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      // Plots are drawn anew some time after the window has changed.
      await page
        .waitForFunction(
          () =>
            [...document.querySelectorAll('main section')].every((one) => one.scrollWidth <= one.clientWidth),
          undefined,
          { timeout: 10_000 },
        )
        .catch(() => {}); // What is wrong is said below.
      const leaning = await page
        .locator('main section')
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className),
        );
      expect(leaning, `at ${width}`).to.deep.equal([]);
    }
  });

  it('take back the mark of a frame also where the film has no picture', async () => {
    const events = new Subject<RenderEvent>();
    const begin = () => {
      for (const { event } of simulatedRender({ frames: 40 }))
        if (event.type !== 'progress' && event.type !== 'failed' && event.type !== 'dropped')
          events.next(event);
    };
    const page = await pageOf({ events, begin });
    await page.locator('table .frame').first().click();
    await reads(page, '.large figcaption', /^frame \d+, of which there is no picture/);
    expect(await page.locator('.cost .shown').count()).to.equal(1);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('.large').waitFor({ state: 'detached' });
    expect(await page.locator('.cost .shown').count()).to.equal(0);
  });

  it('show the frames of a gate, which knows of no plan', async () => {
    const first = later<boolean>();
    const writer = new FakeWriter();
    writer.onWrite = (written) => (written === 0 ? first.promise : Promise.resolve(true));
    const gate = openGate(writer, { count: 3 });
    const page = await openPage((await open(gate.events)).url);
    const writes = [2, 1].map((index) => gate.write(index, frameOf(index)));
    await reads(page, '.gate', /captured, waits 2/);
    writes.push(gate.write(0, frameOf(0)));
    await reads(page, '.gate', /3 of 3 slots taken.*being written 1/s);
    first.resolve(true);
    await Promise.all(writes);
    await reads(page, '.gate', /0 of 0 slots taken/);
    expect(await page.locator('#written').textContent()).to.equal('3');
    await gate.close();
  });

  it('copy what a report of a problem needs, without pictures', async () => {
    const page = await pageOf(prepareWithThumbnail(30, 7));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy diagnostics' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = JSON.parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied.plan.range).to.deep.equal({ first: 0, count: 30 });
    expect(copied.incidents).to.containSubset([{ kind: 'retry', index: 7, tries: 1 }]);
    expect(copied.slowest).to.have.length.above(0);
    expect(JSON.stringify(copied)).to.not.include('jpeg');
  });

  it('say how many frames are captured, and how many FFmpeg has encoded, and the last values of each plot', async () => {
    const page = await pageOf(prepareWithThumbnail(30));
    await reads(page, '.numbers', /captured30.*encoded30/);
    await reads(page, '.plots', /outstanding\d+window\d+.*frames held \(512 MB at most\)/);
  });
});
