import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { type CanvasHost, hostPage } from '../../../../src/capture/chromium/inPage/canvasHost';

describe('the host of a page that is drawn into a canvas', () => {
  /** The host with as much of a browser as it needs: what it draws and writes is counted. */
  function openHost({ tellsOfChanges = true } = {}) {
    const counts = { drawn: 0, written: 0 };
    const page = {
      whole: undefined as object | undefined,
      color: undefined as string | undefined,
      isSeenThrough: false,
      problem: '',
    };
    const onColor: unknown[] = [];
    const context = {
      fillStyle: '',
      drawElementImage: () => (counts.drawn += 1),
      fillRect: () => onColor.push(context.fillStyle),
      drawImage: (picture: object) => onColor.push(picture),
    };
    const canvas = Object.assign(new EventTarget(), {
      getContext: () => context,
      ...(tellsOfChanges ? { onpaint: null } : {}),
    });
    const wholePicture = { take: () => page.whole, colorBehind: () => page.color };
    const __filmgate = { undrawable: () => page.problem, wholePicture };
    const frame = { focus() {}, contentWindow: { __filmgate } };
    const window: { __filmgateHost?: CanvasHost } = {};
    class Worker {
      onmessage = (_: { data: string }) => {};
      postMessage({ picture, mustBeOpaque }: { picture?: object; mustBeOpaque?: boolean }) {
        const data = mustBeOpaque && page.isSeenThrough ? 'the canvas can be seen through' : '';
        if (picture && !data) counts.written += 1;
        queueMicrotask(() => this.onmessage({ data }));
      }
    }
    class VideoFrame {}
    class Blob {}
    runInNewContext(`(${hostPage})('')`, {
      ...{ window, Worker, VideoFrame, Blob, URL: { createObjectURL: () => '' } },
      document: { querySelector: (name: string) => (name === 'canvas' ? canvas : frame) },
    });
    const host = window.__filmgateHost as CanvasHost;
    return { host, page, counts, onColor, change: () => canvas.dispatchEvent(new Event('paint')) };
  }

  it('draws a page once for as long as nothing changes', async () => {
    const { host, counts, change } = openHost();
    expect(await host.open('file', '')).to.equal('');
    for (let frame = 0; frame < 5; frame += 1) expect(await host.take(true)).to.equal('');
    expect(counts).to.deep.equal({ drawn: 1, written: 1 });
    change();
    change();
    await host.take(true);
    await host.take(true);
    expect(counts).to.deep.equal({ drawn: 2, written: 2 });
  });

  it('draws each frame where that is asked for, or the browser does not tell of changes', async () => {
    for (const [options, dedupe] of [[{ tellsOfChanges: false }, true] as const, [{}, false] as const]) {
      const { host, counts } = openHost(options);
      for (let frame = 0; frame < 3; frame += 1) await host.take(dedupe);
      expect(counts).to.deep.equal({ drawn: 3, written: 3 });
    }
  });

  it('draws anew for a file that is opened anew', async () => {
    const { host, counts } = openHost();
    await host.take(true);
    await host.open('another', '');
    await host.take(true);
    expect(counts.drawn).to.equal(2);
  });

  it('draws a page that was nothing but a canvas in the frame before', async () => {
    const { host, page, counts } = openHost();
    await host.take(true);
    page.whole = {};
    await host.take(true);
    await host.take(true);
    expect(counts).to.deep.equal({ drawn: 1, written: 3 });
    page.whole = undefined;
    await host.take(true);
    expect(counts).to.deep.equal({ drawn: 2, written: 4 });
  });

  it('draws one canvas on the one colour behind it, once it was seen through', async () => {
    const { host, page, counts, onColor } = openHost();
    page.whole = {};
    page.color = 'rgb(1, 2, 3)';
    await host.take(true);
    expect([counts, onColor]).to.deep.equal([{ drawn: 0, written: 1 }, []]);
    page.isSeenThrough = true;
    await host.take(true);
    expect([counts, onColor]).to.deep.equal([{ drawn: 1, written: 2 }, []]);
    await host.take(true);
    await host.take(true);
    const both = ['rgb(1, 2, 3)', page.whole];
    expect([counts, onColor]).to.deep.equal([{ drawn: 1, written: 4 }, [...both, ...both]]);
    page.color = undefined;
    await host.take(true);
    expect(counts).to.deep.equal({ drawn: 2, written: 5 });
    page.isSeenThrough = false;
    await host.take(true);
    expect(counts).to.deep.equal({ drawn: 2, written: 6 });
    page.isSeenThrough = true;
    page.whole = { timestamp: 0 }; // Of WebGL: whoever is handed it closes it.
    page.color = 'rgb(1, 2, 3)';
    await host.take(false);
    await host.take(false);
    expect([counts, onColor.length]).to.deep.equal([{ drawn: 4, written: 8 }, 4]);
    page.whole = {};
    page.problem = 'it has a filter';
    page.color = 'red';
    expect(await host.take(true)).to.equal('it has a filter');
  });

  it('says why a page cannot be drawn, also where nothing has changed that can be seen', async () => {
    const { host, page, counts } = openHost();
    await host.take(true);
    page.problem = 'it turns in depth';
    expect(await host.take(true)).to.equal('it turns in depth');
    page.problem = '';
    await host.take(true);
    expect(counts.drawn).to.equal(2);
  });
});
