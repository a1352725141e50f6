import type { BrowserProgram } from '../../src/chromium';
import { BareBrowser, type Spent } from './bareBrowser';
import { CpuMeter } from './cpuMeter';

export interface BareJob {
  readonly program: BrowserProgram;
  readonly url: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly browsers: number;
  readonly frames: number;
  readonly fps: number;
}

export interface BareAnswer {
  readonly framesPerSecond: number;
  /** From the start until every browser shows its page, in milliseconds. */
  readonly open: number;
  /** Milliseconds for each frame, in one browser. */
  readonly spent: Spent;
  /** Milliseconds of the processors' time for each frame. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly pictures: readonly Buffer[];
}

const KEPT = 60; // Pictures that are kept, for the encoder by itself.

/** Captures with so many browsers, the next frame by whichever is free, and does nothing with the pictures. */
export async function bareLoop({ program, url, size, browsers, frames, fps }: BareJob): Promise<BareAnswer> {
  const start = performance.now();
  const opened = Array.from({ length: browsers }, () => new BareBrowser(program));
  try {
    await Promise.all(opened.map((browser) => browser.open(url, size)));
    const open = performance.now() - start;
    const meter = new CpuMeter();
    const pictures: Buffer[] = [];
    const times: number[] = [];
    let next = 0;
    const work = async (browser: BareBrowser) => {
      while (next < frames) {
        const index = next++;
        const picture = await browser.capture(index / fps);
        times.push(performance.now());
        if (index < KEPT) pictures[index] = picture;
      }
    };
    await Promise.all(opened.map(work));
    const sum = (part: keyof Spent) => opened.reduce((total, { spent }) => total + spent[part], 0) / frames;
    return {
      framesPerSecond: ((frames - 1) * 1000) / ((times.at(-1) as number) - (times[0] as number)),
      open,
      spent: { seek: sum('seek'), capture: sum('capture'), transfer: sum('transfer') },
      cpu: meter.perFrame(frames),
      pictures,
    };
  } finally {
    await Promise.all(opened.map((browser) => browser.close()));
  }
}
