import type { Command } from 'commander';
import type { ChromiumOptions } from '../chromium';
import { given, number } from './values';

/** The options that a page takes and a scene does not, as they are typed. */
export interface PageFlags {
  readonly browser?: string;
  readonly capture?: string;
  readonly image?: string;
  readonly quality?: string;
  readonly scale?: string;
  readonly dedupe?: boolean;
  readonly sequential?: boolean;
  readonly strict?: boolean;
  readonly loadTimeout?: string;
  readonly seed?: string;
}

/** Their names, as they are typed. */
export const PAGE_FLAGS: Record<keyof PageFlags, string> = {
  browser: '--browser',
  capture: '--capture',
  image: '--image',
  quality: '--quality',
  scale: '--scale',
  dedupe: '--no-dedupe',
  sequential: '--sequential',
  strict: '--strict',
  loadTimeout: '--load-timeout',
  seed: '--seed',
};

export function addPageOptions(command: Command): Command {
  return command
    .optionsGroup('Options of a page:')
    .option('--browser <path>', 'the browser to use (default: see filmgate doctor)')
    .option('--capture <mode>', 'beginframe or screenshot (default: beginframe where the browser can)')
    .option('--image <kind>', 'kind of the captured pictures: png or jpeg (default: png)')
    .option('--quality <1-100>', 'quality of JPEG pictures (default: 90)')
    .option('--scale <number>', 'device pixels for each CSS pixel (default: 1)')
    .option('--no-dedupe', 'capture every frame, also where nothing changed')
    .option('--sequential', 'step the page through every frame: its state only moves forward')
    .option('--strict', 'fail when the page has an error')
    .option('--load-timeout <seconds>', 'how long the page may take to load (default: 60)')
    .option('--seed <number>', "what the page's Math.random starts from (default: 1)");
}

/**
 * How the page is to be captured. Names and ranges are checked by the library.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function pageOptions(flags: PageFlags): ChromiumOptions {
  return given({
    browser: flags.browser,
    capture: flags.capture as ChromiumOptions['capture'],
    image: flags.image as ChromiumOptions['image'],
    quality: number('quality', flags.quality),
    scale: number('scale', flags.scale),
    dedupe: flags.dedupe,
    sequential: flags.sequential,
    strict: flags.strict,
    loadTimeout: number('load-timeout', flags.loadTimeout),
    seed: number('seed', flags.seed),
  });
}
