import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../src/capture/chromium/findBrowser';

/** A browser for pages that people look at, opened once for a suite; the function opens a page in it. */
export function useDashboardPages(): (url: string, options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser | undefined;
  const errors: Error[] = [];

  before(async () => {
    const { path, env } = await findBrowser(undefined, new AbortController().signal);
    browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...env } as Record<string, string>,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });

  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    const [error] = errors.splice(0);
    if (error) throw error; // Of the page's own scripts.
  });

  after(() => browser?.close());

  return async (url, options = {}) => {
    if (!browser) throw new Error('the suite has not begun');
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(url);
    return page;
  };
}

/** Settles when the text of an element is so. */
export async function reads(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const element = page.locator(selector).filter({ hasText: pattern }).first();
  await element.waitFor();
  return (await element.textContent()) ?? '';
}
