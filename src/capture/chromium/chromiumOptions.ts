import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FilmgateError, invalidOption } from '../../errors';
import { parseBytes } from '../../frames/bytes';
import { integerInRange, positive } from '../../frames/check';
import { PAGE_OPTIONS } from '../../options/pageOptions';
import type { CaptureMode } from './findBrowser';

/** How to capture a page. */
export interface ChromiumOptions {
  /** Path of the browser, or `@sparticuz/chromium` for that of the package. Default: see `findBrowser`. */
  readonly browser?: string;
  /**
   * How frames are captured. Default: `canvas` for 90 frames or more of a page that allows it, which is fastest; else `beginframe`
   * where the browser can, which has the same frames; else `screenshot`.
   */
  readonly capture?: CaptureMode;
  /**
   * Kind of the pictures on their way to FFmpeg. Default `png`, which loses nothing; what is drawn into a canvas goes there as
   * pixels.
   */
  readonly image?: 'png' | 'jpeg';
  /** Quality of JPEG pictures, from 1 to 100. Default 90. */
  readonly quality?: number;
  /** Device pixels for each CSS pixel, above 0: the video is so many times as large as the page. Default 1. */
  readonly scale?: number;
  /** Whether a frame in which nothing changed is repeated without a new screenshot. Default true. */
  readonly dedupe?: boolean;
  /** Says that the page's state only moves forward: it is then stepped through every frame. Default: found out. */
  readonly sequential?: boolean;
  /**
   * Whether an uncaught error, a failed request or a `console.error` fails the render with `PAGE_ERROR`. Default false.
   * An uncaught error while the page loads fails it in any case, unless `keepGoing` is set.
   */
  readonly strict?: boolean;
  /**
   * Whether to render a page although one of its own scripts threw while it loaded, or left a rejection unhandled.
   * Default false: the render fails with `PAGE_ERROR`.
   */
  readonly keepGoing?: boolean;
  /** How long a browser may take to start and load the page, in seconds, for each worker. Default 60. */
  readonly loadTimeout?: number;
  /** What the page's `Math.random` starts from. Default 1. */
  readonly seed?: number;
  /** How much of the disk pictures of videos may take, in bytes or such as `1GB`. They are kept for other renders. Default `1GB`. */
  readonly mediaCache?: number | string;
}

/** The options with nothing left open but the browser. */
export type ChromiumSettings = Required<Omit<ChromiumOptions, 'browser' | 'capture' | 'mediaCache'>> &
  Pick<ChromiumOptions, 'browser' | 'capture'> & {
    /** In bytes. */
    readonly mediaCache: number;
  };

/**
 * Checks all options that can be checked without a browser.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkOptions(options: ChromiumOptions): ChromiumSettings {
  const { browser, capture, sequential = false } = options;
  const {
    image = PAGE_OPTIONS.image.default,
    quality = PAGE_OPTIONS.quality.default,
    scale = PAGE_OPTIONS.scale.default,
    loadTimeout = PAGE_OPTIONS.loadTimeout.default,
    seed = PAGE_OPTIONS.seed.default,
    dedupe = PAGE_OPTIONS.dedupe.default,
    strict = PAGE_OPTIONS.strict.default,
    keepGoing = PAGE_OPTIONS.keepGoing.default,
    mediaCache = PAGE_OPTIONS.mediaCache.default,
  } = options;
  oneOf('image', image, PAGE_OPTIONS.image.choices);
  if (capture !== undefined) oneOf('capture', capture, PAGE_OPTIONS.capture.choices);
  integerInRange('quality', quality, 1, 100);
  integerInRange('seed', seed, 0, 2 ** 32 - 1);
  positive('scale', scale);
  positive('loadTimeout', loadTimeout);
  return {
    ...{ image, quality, scale, loadTimeout, seed, dedupe, sequential, strict, keepGoing },
    mediaCache: parseBytes(mediaCache, 'mediaCache'),
    ...(browser === undefined ? {} : { browser }),
    ...(capture === undefined ? {} : { capture }),
  };
}

/**
 * Where a page is: an absolute path, or a URL as it stands.
 *
 * @throws FilmgateError `PAGE_NOT_FOUND`
 */
export function checkPage(page: string): string {
  if (isUrl(page)) return page;
  const path = resolve(page);
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new FilmgateError(
    'PAGE_NOT_FOUND',
    `page: there is no file ${path}; give the path of an HTML file, or a URL`,
  );
}

/** Whether a page is on the web, and not a file. */
export function isUrl(page: string): boolean {
  return /^https?:\/\//i.test(page);
}

function oneOf(option: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) throw invalidOption(option, value, `use one of ${choices.join(', ')}`);
}
