import { expect } from 'chai';
import type { Browser } from '../../../../src/capture/chromium/browser';
import type { OpenedPage } from '../../../../src/capture/chromium/canvas/drawnPage';
import { PlainPage } from '../../../../src/capture/chromium/canvas/plainPage';
import { Deadline } from '../../../../src/process/deadline';
import { rejection } from '../../../support/rejection';

describe('the page alone', () => {
  const deadline = new Deadline(30);

  /** What its browsers and pages do, in order. The first browser has the number 1. */
  function open(failingLoad?: number) {
    const said: string[] = [];
    let browsers = 0;
    const newBrowser = () => {
      browsers += 1;
      const name = `browser ${browsers}`;
      return { name, close: async () => void said.push(`${name} closes`) } as unknown as Browser;
    };
    const openPage = (browser = newBrowser()): OpenedPage => {
      const { name } = browser as unknown as { name: string };
      said.push(`${name} opens`);
      const page = {
        leave: async () => browser,
        close: () => browser.close(),
        setFrameRate: async () => {},
        evaluate: async (expression: string) => void said.push(`${name} ${expression}`),
      };
      return { page } as unknown as OpenedPage;
    };
    let loads = 0;
    const load = async () => {
      said.push('load');
      loads += 1;
      if (loads === failingLoad) throw new Error('the browser went away');
    };
    const page = new PlainPage(openPage(), { open: openPage, load }, { numerator: 30, denominator: 1 });
    return { page, said };
  }

  it('is opened again in the browser that it has rested in', async () => {
    const { page, said } = open();
    await page.rest(deadline);
    await page.reload(deadline);
    await page.seek(7, deadline);
    await page.reload(deadline);
    expect(page.releaseBrowser()).to.equal(undefined);
    expect(said).to.deep.equal([
      ...['browser 1 opens', 'browser 1 opens', 'load', 'browser 1 __filmgate.seek(7)', 'load'],
    ]);
  });

  it('is opened in another one when that has gone to somebody else, who closes it', async () => {
    const { page, said } = open();
    await page.rest(deadline);
    expect(page.releaseBrowser()).to.include({ name: 'browser 1' });
    expect(page.releaseBrowser()).to.equal(undefined);
    await page.reload(deadline);
    await page.close();
    expect(said).to.deep.equal(['browser 1 opens', 'browser 2 opens', 'load', 'browser 2 closes']);
  });

  it('is opened in another browser where one has failed', async () => {
    const { page, said } = open(1);
    await page.rest(deadline);
    await page.reload(deadline).then(
      () => expect.fail('loaded'),
      (error) => expect(String(error)).to.include('went away'),
    );
    await page.reload(deadline);
    expect(said.slice(1)).to.deep.equal([
      ...['browser 1 opens', 'load', 'browser 1 closes', 'browser 2 opens', 'load'],
    ]);
  });

  it('closes the browser that it rests in, and is not opened any more', async () => {
    const { page, said } = open();
    await page.rest(deadline);
    await page.close();
    await rejection(page.reload(deadline), 'CANCELLED');
    expect(said).to.deep.equal(['browser 1 opens', 'browser 1 closes']);
  });
});
