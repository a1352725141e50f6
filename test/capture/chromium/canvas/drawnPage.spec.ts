import { expect } from 'chai';
import { DrawnPage, type OpenedPage } from '../../../../src/capture/chromium/canvas/drawnPage';
import { checkOptions } from '../../../../src/capture/chromium/chromiumOptions';
import { Deadline } from '../../../../src/process/deadline';
import { rejection } from '../../../support/rejection';
import { later } from '../../../support/settle';

describe('the first page that is drawn', () => {
  const deadline = new Deadline(30);
  const encodes = { keepAlpha: false, pixelFormat: 'yuv420p' };
  const size = { width: 640, height: 360 };
  const page = { wanted: { encodes }, settings: checkOptions({}), size, isServed: true, document: '' };
  const target = (width: number) => ({
    ...{ folder: '/dev/shm', slots: [] },
    format: { pixels: 'yuv420p', width, height: 360 } as const,
  });

  /** With pages that are closed when `closing` has settled. */
  function open(closing: Promise<void> = Promise.resolve()) {
    const opened: number[] = [];
    const drawnPage = new DrawnPage({
      startBrowser: () => expect.fail('no browser is needed'),
      openPage({ format }) {
        opened.push(format.width);
        return { page: { close: () => closing } } as unknown as OpenedPage;
      },
      loadPage: async () => {},
    });
    drawnPage.openAhead(page, 100, deadline);
    return { opened, drawnPage };
  }

  it('is the one that was opened ahead, if that has the right size', async () => {
    const { opened, drawnPage } = open();
    expect((await drawnPage.load(target(640), deadline)).target.format.width).to.equal(640);
    expect(opened).to.deep.equal([640]);
  });

  it('is opened anew in another size', async () => {
    const { opened, drawnPage } = open();
    expect((await drawnPage.load(target(320), deadline)).target.format.width).to.equal(320);
    expect(opened).to.deep.equal([640, 320]);
  });

  it('is not opened any more when it is closed meanwhile', async () => {
    const closing = later<void>();
    const { opened, drawnPage } = open(closing.promise);
    const loaded = rejection(drawnPage.load(target(320), deadline), 'CANCELLED');
    const closed = drawnPage.close();
    closing.resolve();
    await Promise.all([loaded, closed]);
    expect(opened).to.deep.equal([640]);
  });
});
