/** Captures HTML pages in headless Chromium. Needs a browser; `findBrowser` tells which ones it looks for. */
export { chromium } from './capture/chromium/chromium';
export type { ChromiumOptions } from './capture/chromium/chromiumOptions';
export {
  type BrowserMode,
  type BrowserProgram,
  type CaptureMode,
  findBrowser,
} from './capture/chromium/findBrowser';
export { missingLibraries } from './capture/chromium/missingLibraries';
