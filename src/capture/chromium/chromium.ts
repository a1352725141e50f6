import { basename, dirname } from 'node:path';
import type { CaptureSource } from '../source';
import { type ChromiumOptions, checkOptions, checkPage, isUrl } from './chromiumOptions';
import { pageSource } from './chromiumSession';

/**
 * Captures an HTML page in headless Chromium: one browser for each worker. Size, length and time come from the page,
 * as `docs/pages.md` tells.
 *
 * @param page - path of an HTML file, whose folder is then served to the browser alone; or an `http(s)` URL
 * @throws FilmgateError `PAGE_NOT_FOUND`, `INVALID_OPTION` at once. The render fails with `BROWSER_NOT_FOUND`,
 * `BROWSER_INVALID`, `PAGE_FAILED`, `PAGE_NOT_READY`, `PAGE_ERROR`, `CAPTURE_FAILED`, `WORKER_DIED`.
 */
export function chromium(page: string, options: ChromiumOptions = {}): CaptureSource {
  const prepared = { page: checkPage(page) };
  return {
    ...pageSource({ prepare: async () => prepared, isUrl: isUrl(page) }, checkOptions(options)),
    portable: () => ({
      kind: 'page',
      ...(isUrl(page)
        ? { root: undefined, entry: page }
        : { root: dirname(prepared.page), entry: basename(prepared.page) }),
      options: { ...options },
    }),
  };
}
