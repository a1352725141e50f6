import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../src/capture/chromium/findBrowser';
import { sendFile } from '../../src/capture/chromium/sendFile';
import { inline } from '../../src/capture/inline';
import { renderVideo } from '../../src/index';
import { useFolder } from '../support/folder';
import { paintIndex, readIndex, SMALL } from '../support/video';

const FPS = 30;
const SECONDS = 4;

describe('a video in a browser', function () {
  this.timeout(120_000);
  const path = useFolder();
  let browser: Browser;
  let server: Server;

  before(async () => {
    const { path: executablePath, env } = await findBrowser();
    browser = await chromium.launch({
      executablePath,
      env: env as Record<string, string>,
      args: ['--no-sandbox'],
    });
    server = createServer((request, response) => {
      if (request.url !== '/page') return void sendFile(path(request.url?.slice(1) ?? ''), request, response);
      response.setHeader('Content-Type', 'text/html').end('<video muted></video><canvas></canvas>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** The numbers that a browser shows of a video: at first, and when it has sought to the middle of each frame. */
  async function shownOf(name: string, frames: readonly number[]) {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`);
    /** Waits for `type`, which follows from setting `property` of the video. */
    const set = (property: 'src' | 'currentTime', value: string | number, type: string) =>
      page.evaluate(
        ([property, value, type]) =>
          new Promise<void>((resolve, reject) => {
            const video = document.querySelector('video') as HTMLVideoElement;
            video.addEventListener(type, () => resolve(), { once: true });
            video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
            Object.assign(video, { [property]: value });
          }),
        [property, value, type] as const,
      );
    const read = async () => {
      const pixels = await page.evaluate(({ width, height }) => {
        const canvas = Object.assign(document.querySelector('canvas') as HTMLCanvasElement, {
          width,
          height,
        });
        const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
        context.drawImage(document.querySelector('video') as HTMLVideoElement, 0, 0);
        return [...context.getImageData(0, 0, width, height).data].filter((_, at) => at % 4 === 1);
      }, SMALL);
      return readIndex(Buffer.from(pixels), SMALL);
    };

    await set('src', name, 'loadeddata');
    const { startsAt, duration } = await page.evaluate(() => {
      const { currentTime: startsAt, duration } = document.querySelector('video') as HTMLVideoElement;
      return { startsAt, duration };
    });
    const first = await read();
    const sought: (number | undefined)[] = [];
    for (const frame of frames) {
      await set('currentTime', (frame + 0.5) / FPS, 'seeked');
      // Chromium announces `seeked` before its compositor has the picture, on a busy machine long before.
      let shown = await read();
      for (let again = 0; shown !== frame && again < 200; again++) shown = await read();
      sought.push(shown);
    }
    await page.close();
    return { duration, startsAt, first, sought };
  }

  for (const [name, options] of [
    ['film.mp4', {}],
    ['segments.mp4', { segment: 1 }],
    ['film.webm', {}],
  ] as const) {
    it(`of ${name} shows the first frame at once, and at each second the frame of that second`, async function () {
      const source = inline({
        ...{ format: { pixels: 'rgba' as const, ...SMALL }, fps: FPS, frames: FPS * SECONDS },
        capture: ({ index }) => paintIndex(index),
      });
      await renderVideo({ source, output: path(name), ...options });
      const seconds = Array.from({ length: SECONDS }, (_, second) => second * FPS);
      const shown = await shownOf(name, [...seconds, FPS * SECONDS - 1]).catch((error: Error) => {
        if (/DEMUXER_ERROR_NO_SUPPORTED_STREAMS|not supported|no supported/i.test(error.message)) this.skip();
        throw error;
      });
      expect(shown).to.deep.include({ startsAt: 0, first: 0, sought: [...seconds, FPS * SECONDS - 1] });
      expect(shown.duration).to.be.closeTo(SECONDS, 0.002);
    });
  }
});
