/** Takes the README's picture of the dashboard, docs/dashboard.png, from a real render: `npm run docs:dashboard`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import { lastValueFrom, share } from 'rxjs';
import { findBrowser } from '../src/capture/chromium/findBrowser';
import { chromium } from '../src/chromium';
import { openDashboard } from '../src/dashboard/index';
import { render } from '../src/index';

const FRAMES = 100;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'filmgate-picture-'));
  const { path, env } = await findBrowser(undefined, new AbortController().signal);
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await playwright.launch({
    executablePath: path,
    env: { ...process.env, ...env } as Record<string, string>,
    args,
  });
  try {
    const stop = new AbortController();
    const events = render({
      source: chromium(resolve(__dirname, '../examples/pages/film.html')),
      output: join(folder, 'a-day-on-film.mp4'),
      ...{ size: '1280x720', duration: 5, frames: { first: 30, count: FRAMES }, segment: '1s' },
      events: 'all',
      signal: stop.signal,
    }).pipe(share());
    const ended = lastValueFrom(events).catch(() => {}); // It is stopped when the picture has been taken.
    const { url, close } = await openDashboard(events, { keepOpen: true, onCancel() {} });
    const page = await browser.newPage({ viewport: { width: 1280, height: 960 }, colorScheme: 'dark' });
    await page.goto(url);
    // Not by a function in the page: its policy lets no text be run as a script.
    const written = page.locator('#written').filter({ hasText: /^(7\d|8\d|9\d|100)$/ });
    await written.waitFor({ timeout: 900_000 });
    await page.screenshot({ path: resolve(__dirname, '../docs/dashboard.png') });
    stop.abort();
    await ended;
    await close();
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
