import { expect } from 'chai';
import { checkOptions } from '../../../src/capture/chromium/chromiumOptions';
import { pageSource } from '../../../src/capture/chromium/chromiumSession';
import type { PreparedPage } from '../../../src/capture/chromium/preparedPage';
import { runningChildren } from '../../../src/process/childProcess';

import { usePageWorkspace } from '../../support/pageWorkspace';
import { rejection } from '../../support/rejection';
import { later, settle } from '../../support/settle';

describe('the browser that starts while its page is prepared', () => {
  const workspace = usePageWorkspace();
  const browsers = () => [...runningChildren.values()].filter((kind) => kind === 'browser').length;
  const open = (prepare: () => Promise<PreparedPage>, browser = workspace.browser.path, isSlow = false) =>
    pageSource({ prepare, isSlow }, checkOptions({ browser })).open();

  it('is gone when the session is closed, where the page cannot be prepared', async () => {
    const session = open(async () => {
      expect(browsers()).to.equal(1);
      throw new Error('it cannot be');
    });
    const error = await session.describe({}).catch((thrown) => thrown);
    expect(error).to.have.property('message', 'it cannot be');
    await session.close();
    expect(browsers()).to.equal(0);
  });

  it('is gone when the session is closed meanwhile, and no other one comes', async () => {
    const [begun, prepared] = [later<void>(), later<PreparedPage>()];
    const session = open(() => {
      begun.resolve();
      return prepared.promise;
    });
    const described = rejection(session.describe({}), 'CANCELLED');
    await begun.promise;
    await session.close();
    expect(browsers()).to.equal(0);
    prepared.resolve({ page: workspace.write('late.html', 'x') });
    await described;
    expect(browsers()).to.equal(0);
  });

  it('is what the first page is loaded in', async () => {
    const page = workspace.write('first.html', '<script>filmgate = { duration: 1, seek() {} }</script>');
    const session = open(async () => ({ page }));
    await session.describe({});
    expect(browsers()).to.equal(1);
    await session.close();
  });

  it('does not start where there is none, and the page is not prepared', async () => {
    let isPrepared = false;
    const session = open(async () => {
      isPrepared = true;
      return { page: '' };
    }, workspace.path('none'));
    await rejection(session.describe({}), 'BROWSER_INVALID');
    expect(isPrepared).to.equal(false);
    await session.close();
  });

  describe('and the one that draws it into a canvas', () => {
    const wanted = { encodes: { keepAlpha: false, pixelFormat: 'yuv420p' } };
    const says = (size: string) => `<script>filmgate = { duration: 10, seek() {}, ${size} }</script>`;

    /** How many browsers there are while a slow page is prepared, and when it has been described, as what. */
    async function describePage(html: string, known: Partial<PreparedPage>, more: object = {}) {
      const page = workspace.write('page.html', html);
      const counts: number[] = [];
      const prepare = async () => {
        counts.push(browsers());
        return { page, ...known };
      };
      const session = open(prepare, workspace.browser.path, true);
      const { format } = await session.describe({ ...wanted, ...more });
      counts.push(browsers());
      await session.close();
      expect(browsers()).to.equal(0);
      return { counts, format };
    }

    it('starts beside it, and draws a page that is known to be long', async () => {
      const { counts, format } = await describePage(says(''), { duration: 10 });
      expect(counts).to.deep.equal([2, 2]);
      expect(format).to.deep.equal({ pixels: 'yuv420p', width: 1920, height: 1080 });
    });

    it('draws it also where nobody knew that it was long, or that it has another size', async () => {
      expect((await describePage(says(''), {})).counts).to.deep.equal([2, 2]);
      const { counts, format } = await describePage(says('width: 640, height: 360'), { duration: 10 });
      expect(counts).to.deep.equal([2, 2]);
      expect(format).to.deep.equal({ pixels: 'yuv420p', width: 640, height: 360 });
    });

    it('is gone where the page turns out to be short, or cannot be drawn', async () => {
      const short = '<script>filmgate = { duration: 1, seek() {} }</script>';
      expect((await describePage(short, { duration: 10 })).counts).to.deep.equal([2, 1]);
      const deep = `<p style="transform-style: preserve-3d">x</p>${says('')}`;
      expect((await describePage(deep, { duration: 10 })).counts).to.deep.equal([2, 1]);
    });

    it('does not start where the film is known to be short, or keeps its alpha channel', async () => {
      const few = { range: { first: 0, count: 5 } };
      expect((await describePage(says(''), { duration: 10 }, few)).counts).to.deep.equal([1, 1]);
      const keepsAlpha = { encodes: { keepAlpha: true, pixelFormat: 'yuva420p' } };
      expect((await describePage(says(''), { duration: 10 }, keepsAlpha)).counts).to.deep.equal([1, 1]);
    });

    it('is gone when the session is closed while both load', async () => {
      const page = workspace.write(
        'never.html',
        `${says('')}<script>filmgate.ready = new Promise(() => {})</script>`,
      );
      const session = open(async () => ({ page, duration: 10 }), workspace.browser.path, true);
      const described = session.describe(wanted).catch((error) => error);
      while (browsers() < 2) await settle();
      await session.close();
      expect(browsers()).to.equal(0);
      expect(await described).to.have.property('code', 'CANCELLED');
    });
  });
});
