/** A loop of screenshots by Playwright (or Puppeteer) into FFmpeg: before, and with the same page captured by `inline`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { inline, renderVideo } from 'filmgate';
import { findBrowser } from 'filmgate/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';

const [width, height, fps, frames] = [320, 180, 30, 60];
const HTML = `<body style="margin:0"><script>
  function show(seconds) { document.body.style.background = 'hsl(' + 180 * seconds + ' 80% 50%)'; }
</script>`;

async function open(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(HTML);
  return page;
}
const screenshot = async (page: Page, time: number) => {
  await page.evaluate(`show(${time})`);
  return page.screenshot({ type: 'jpeg', quality: 90 });
};

/** Nothing waits for FFmpeg, an early exit of it is an uncaught EPIPE, and a film that was cut short looks like a film. */
async function before(browser: Browser, ffmpeg: string, output: string) {
  const page = await open(browser);
  const args = [
    '-y',
    '-loglevel',
    'error',
    '-f',
    'image2pipe',
    '-c:v',
    'mjpeg',
    '-framerate',
    String(fps),
    '-i',
    '-',
    '-pix_fmt',
    'yuv420p',
    output,
  ];
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  for (let index = 0; index < frames; index += 1) child.stdin.write(await screenshot(page, index / fps));
  child.stdin.end();
  await once(child, 'close');
}

/** Two pages at once; each frame is asked for when there is room for it; the whole video, or none and an error. */
async function after(browser: Browser, output: string) {
  const pages = [await open(browser), await open(browser)];
  const source = inline({
    format: { image: 'jpeg', width, height },
    ...{ fps, frames },
    async capture({ time }) {
      const page = pages.pop() as Page;
      const picture = await screenshot(page, time);
      pages.push(page);
      return picture;
    },
  });
  return renderVideo({ source, output, overwrite: true, workers: 2 });
}

async function main() {
  mkdirSync('out', { recursive: true });
  const { path: executablePath, env } = await findBrowser();
  const browser = await chromium.launch({
    executablePath,
    env: env as Record<string, string>,
    args: ['--no-sandbox'],
  });
  const { findFFmpeg } = await import('filmgate');
  await before(browser, (await findFFmpeg()).path, 'out/screenshot-loop-before.mp4');
  const { frames: written } = await after(browser, 'out/screenshot-loop-after.mp4');
  console.log(`${written} frames, in order`);
  await browser.close();
}

main();
