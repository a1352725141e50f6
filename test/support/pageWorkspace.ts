import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chromium } from '../../src/capture/chromium/chromium';
import type { ChromiumOptions } from '../../src/capture/chromium/chromiumOptions';
import type { BrowserMode } from '../../src/capture/chromium/findBrowser';
import type { CaptureSource } from '../../src/capture/source';
import type { RenderEvent } from '../../src/frames/events';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { render } from '../../src/render';
import { blockFont } from './blockFont';
import { exitListeners } from './exitListeners';
import { type RecordedBrowser, recordBrowser } from './recordedBrowser';
import { settle } from './settle';
import { type Decoded, decode, SMALL } from './video';

/** The two ways of capture, each of which any headless shell can do. */
export const MODES: readonly BrowserMode[] = ['beginframe', 'screenshot'];

export interface PageRender extends Partial<Omit<RenderOptions, 'output'>> {
  /** Name of the video. */
  readonly output?: string;
}

/** A place for renders of pages, with a browser under observation: each test ends with none left, or the suite does. */
export function usePageWorkspace({ keepsBrowsers = false } = {}) {
  let folder = '';
  let browser: RecordedBrowser;
  let videos = 0;
  let listeners = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    mkdirSync(join(folder, 'out'));
    browser = await recordBrowser(folder);
    listeners = exitListeners();
    cpSync(join(__dirname, '../fixtures/pages'), join(folder, 'pages'), { recursive: true });
    copyFileSync(require.resolve('gsap/dist/gsap.min.js'), join(folder, 'pages/gsap.min.js'));
    writeFileSync(join(folder, 'pages/blocks.ttf'), blockFont());
  });

  const isQuiet = async () => {
    await browser.gone(); // Processes that were killed take a moment.
    expect(exitListeners(), 'listeners').to.equal(listeners);
  };
  if (keepsBrowsers) after(isQuiet);
  else afterEach(isQuiet);

  after(() => rmSync(folder, { recursive: true, force: true }));

  const workspace = {
    get browser() {
      return browser;
    },
    path: (name: string) => join(folder, name),
    files: () => readdirSync(join(folder, 'out')),

    /** Writes a page of its own, and says where it is. */
    write(name: string, html: string): string {
      const path = join(folder, 'pages', name);
      writeFileSync(path, `<!doctype html><meta charset="utf-8">${html}`);
      return path;
    },

    /** A page of test/fixtures/pages, one written by {@link write}, or a URL. */
    source(page: string, options: ChromiumOptions = {}): CaptureSource {
      const place = /^(http|\/)/.test(page) ? page : join(folder, 'pages', page);
      return together(chromium(place, { browser: browser.path, ...options }));
    },

    /** Ten frames in one second, small and lossless, if not told otherwise. */
    options(page: string, options: ChromiumOptions = {}, more: PageRender = {}): RenderOptions {
      videos += 1;
      const { output = `${videos}.mp4`, ...rest } = more;
      return {
        source: workspace.source(page, options),
        output: join(folder, 'out', output),
        overwrite: true,
        workers: 1,
        size: SMALL,
        fps: 10,
        duration: 1,
        preset: 'ultrafast',
        crf: 0,
        ...rest,
      };
    },

    /** Renders a page to its end, and tells all that happened. */
    render(page: string, options?: ChromiumOptions, more?: PageRender) {
      return workspace.renderAs(workspace.options(page, options, more));
    },

    async renderAs(options: RenderOptions) {
      const events: RenderEvent[] = [];
      await new Promise<void>((resolve, reject) => {
        render(options).subscribe({ next: (event) => events.push(event), error: reject, complete: resolve });
      });
      return { path: options.output, events };
    },
  };
  return workspace;
}

/** A source whose workers begin together, so that each of them has its part in the shortest render. */
function together(source: CaptureSource): CaptureSource {
  return {
    open() {
      const session = source.open();
      const ready: Promise<void>[] = [];
      return {
        describe: (overrides) => session.describe(overrides),
        close: () => session.close(),
        fallback: (error) => session.fallback?.(error),
        ...(session.events ? { events: session.events } : {}),
        prepare(plan) {
          const open = session.prepare(plan);
          return (name) => {
            const worker = open(name);
            ready.push(worker.ready);
            return {
              ready: settle().then(async () => void (await Promise.all(ready))),
              capture: (index) => worker.capture(index),
              close: () => worker.close(),
            };
          };
        },
      };
    },
  };
}

/** How wide the white bar is, from the left, in each frame: above and below the middle. */
export async function barWidths(path: string): Promise<{ above: number[]; below: number[] }> {
  return barWidthsIn(await decode(path, { pixels: 'gray' }));
}

/** The same, in frames of grey values. */
export function barWidthsIn({ frames, width, height }: Decoded): { above: number[]; below: number[] } {
  const widths = (part: number) =>
    frames.map((frame) => {
      const row = frame.subarray(Math.floor(height * part) * width).subarray(0, width);
      const end = row.findIndex((grey) => grey < 128);
      return end < 0 ? width : end;
    });
  return { above: widths(0.25), below: widths(0.75) };
}
