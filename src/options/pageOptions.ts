import type { ChromiumOptions } from '../capture/chromium/chromiumOptions';
import type { OptionRows } from './optionRow';

/** What a page accepts and a scene does not. */
export const PAGE_OPTIONS = {
  browser: {
    flag: '--browser <path>',
    parse: 'text',
    help: 'browser to use: its path, or @sparticuz/chromium for that of the package',
    defaultText: 'the one that filmgate doctor shows',
    group: 'Page options',
  },
  capture: {
    flag: '--capture <mode>',
    parse: 'text',
    help: 'how frames are captured',
    defaultText: 'canvas for many frames of a page that allows it, else beginframe, else screenshot',
    choices: ['beginframe', 'screenshot', 'canvas'],
    group: 'Page options',
  },
  image: {
    flag: '--image <format>',
    parse: 'text',
    help: 'format of captured frames',
    default: 'png',
    choices: ['png', 'jpeg'],
    group: 'Page options',
  },
  quality: {
    flag: '--quality <1-100>',
    parse: 'number',
    help: 'JPEG quality',
    default: 90,
    group: 'Page options',
  },
  scale: {
    flag: '--scale <number>',
    parse: 'number',
    help: 'device pixels per CSS pixel',
    default: 1,
    group: 'Page options',
  },
  dedupe: {
    flag: '--no-dedupe',
    parse: 'switch',
    help: 'capture every frame, even where nothing has changed',
    default: true,
    group: 'Page options',
  },
  sequential: {
    flag: '--sequential',
    parse: 'switch',
    help: 'step through every frame, for a page that can only move forward',
    defaultText: 'detected',
    group: 'Page options',
  },
  strict: {
    flag: '--strict',
    parse: 'switch',
    help: 'fail on any error of the page: an exception, a failed request, console.error',
    default: false,
    group: 'Page options',
  },
  keepGoing: {
    flag: '--keep-going',
    parse: 'switch',
    help: "render even if the page's own script failed while it loaded",
    default: false,
    group: 'Page options',
  },
  loadTimeout: {
    flag: '--load-timeout <seconds>',
    parse: 'number',
    help: 'time limit for loading the page',
    default: 60,
    group: 'Page options',
  },
  seed: {
    flag: '--seed <number>',
    parse: 'number',
    help: "seed of the page's Math.random",
    default: 1,
    group: 'Page options',
  },
  mediaCache: {
    flag: '--media-cache <size>',
    parse: 'text',
    help: 'how much of the disk the frames of videos in pages may take; they are kept for other renders',
    default: '1GB',
    group: 'Page options',
  },
} as const satisfies OptionRows<ChromiumOptions>;
