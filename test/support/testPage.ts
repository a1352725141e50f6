import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../../src/capture/chromium/browser';
import { findBrowser } from '../../src/capture/chromium/findBrowser';
import type { PageDescription } from '../../src/capture/chromium/inPage/contracts';
import { type DriverSettings, driverScript } from '../../src/capture/chromium/inPage/driverScript';
import { MediaLibrary } from '../../src/capture/chromium/media/mediaLibrary';
import { answerMedia, MEDIA_PATH } from '../../src/capture/chromium/media/mediaRoutes';

/** The value of an expression at the first frame of a page that is to be drawn into a canvas. */
export async function atFirstFrame(
  open: ReturnType<typeof useTestPages>,
  html: string,
  expression: string,
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what its expression gives.
): Promise<any> {
  const page = await open(html, { host: '/host' });
  await page.describe();
  await page.seek(0);
  await page.tick();
  return page.evaluate(expression);
}

/** What the server of the test pages answers under a path; a promise answers late. */
export type TestFile = { readonly type: string; readonly body: string | Buffer | Promise<string | Buffer> };

/** A page in a real browser, staged as in a render, and asked for frames at 10 a second if not told otherwise. */
export class TestPage {
  /** Messages of the errors that the page did not catch. */
  readonly errors: string[] = [];

  constructor(
    // biome-ignore lint/suspicious/noExplicitAny: what a method answers is the protocol's, and differs by method.
    private readonly send: (method: string, params?: object) => Promise<any>,
    readonly tick: () => Promise<unknown>,
  ) {}

  describe(): Promise<PageDescription> {
    return this.evaluate('__filmgate.describe()');
  }

  /** Shows one frame after the other, and settles when the last of them is there. */
  async seek(frames: number | readonly number[], rate = '10, 1'): Promise<void> {
    await this.evaluate(`__filmgate.setFrameRate(${rate})`);
    for (const index of [frames].flat()) await this.evaluate(`__filmgate.seek(${index})`);
  }

  waitingFor(): Promise<string> {
    return this.evaluate('__filmgate.waitingFor()');
  }

  /** The value of an expression in the page, awaited there, with the browser's own frames going on meanwhile. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what its expression gives.
  async evaluate(expression: string): Promise<any> {
    let isDone = false;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const answer = this.send('Runtime.evaluate', options).finally(() => {
      isDone = true;
    });
    answer.catch(() => {});
    await Promise.race([answer, pause(10)]).catch(() => {});
    while (!isDone) {
      await this.tick();
      await Promise.race([answer, pause(5)]).catch(() => {});
    }
    const { result, exceptionDetails } = await answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** What the page looks like, as base64. */
  async picture(): Promise<string> {
    for (;;) {
      const { screenshotData } = await this.send('HeadlessExperimental.beginFrame', {
        screenshot: { format: 'png' },
      });
      if (screenshotData) return screenshotData.toString('base64');
    }
  }
}

/**
 * A browser for a suite. Returns how to open a page in it: one at a time, each a new document. Its media are the files of
 * a folder.
 */
export function useTestPages(mediaFolder = () => '') {
  const media = new MediaLibrary({ ffmpeg: undefined, cacheLimit: 1e8 });
  const served = new Map<string, TestFile>();
  let browser: Browser;
  let server: Server;
  let session: string;
  let script: string | undefined;
  let page: TestPage | undefined;
  let ticking: Promise<unknown> | undefined;
  let loaded = () => {};

  const mediaFile = (url: string) => {
    const path = join(mediaFolder(), new URL(url).pathname);
    return existsSync(path) ? path : undefined;
  };
  const send = (method: string, params: object = {}) => browser.devtools.send(method, params, session);
  const tick = () => {
    ticking ??= send('HeadlessExperimental.beginFrame').finally(() => {
      ticking = undefined;
    });
    return ticking; // One at a time: whoever waits shares it.
  };

  before(async () => {
    const program = await findBrowser();
    browser = new Browser({ ...program, mode: 'beginframe' }, 1);
    const { targetInfos } = await browser.devtools.send('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }: { type: string }) => type === 'page');
    ({ sessionId: session } = await browser.devtools.send('Target.attachToTarget', {
      targetId,
      flatten: true,
    }));
    for (const domain of ['Page', 'Runtime', 'Animation']) await send(`${domain}.enable`);
    await send('Animation.setPlaybackRate', { playbackRate: 0 });
    const metrics = { width: 400, height: 300, deviceScaleFactor: 1, mobile: false };
    await send('Emulation.setDeviceMetricsOverride', metrics);
    browser.devtools.listen(({ method, params }) => {
      if (method === 'Page.loadEventFired') loaded();
      if (method === 'Runtime.exceptionThrown')
        page?.errors.push(params.exceptionDetails.exception.description);
    });
    server = createServer(async (request, response) => {
      const { url = '/' } = request;
      if (mediaFolder() && url.startsWith(MEDIA_PATH)) {
        const path = url.slice(MEDIA_PATH.length).split('?')[0] as string;
        return answerMedia(media, mediaFile, path, request, response);
      }
      const file = served.get(url);
      response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' });
      response.end(await file?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  after(async () => {
    await media.close();
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  return async (
    html: string,
    {
      files = {},
      seed = 1,
      sequential = false,
      host,
    }: { files?: Record<string, TestFile> } & Partial<DriverSettings> = {},
  ): Promise<TestPage> => {
    served.clear();
    for (const [path, file] of Object.entries(files)) served.set(path, file);
    served.set('/', { type: 'text/html', body: `<!doctype html><meta charset="utf-8">${html}` });
    if (script) await send('Page.removeScriptToEvaluateOnNewDocument', { identifier: script });
    const source = driverScript({ seed, sequential, media: MEDIA_PATH, host });
    ({ identifier: script } = await send('Page.addScriptToEvaluateOnNewDocument', { source }));
    page = new TestPage(send, tick);
    let isLoaded = false;
    loaded = () => {
      isLoaded = true;
    };
    await send('Page.navigate', { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    while (!isLoaded) {
      await tick();
      await pause(2);
    }
    return page;
  };
}
