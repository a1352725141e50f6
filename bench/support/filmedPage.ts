import { lastValueFrom, tap } from 'rxjs';
import { type RenderOptions, render } from '../../src';
import { type ChromiumOptions, chromium } from '../../src/chromium';
import { CpuMeter } from './cpuMeter';

/** How a render of a page went; times in milliseconds from its start. */
export interface Filmed {
  /** From the first frame captured to the last frame out of FFmpeg. */
  readonly framesPerSecond: number;
  /** The browser is found and launched, and the page has loaded in it. */
  readonly planned: number;
  readonly lastWorkerReady: number;
  readonly firstWritten: number;
  readonly finished: number;
  /** Milliseconds of the processors' time for each frame. */
  readonly cpu: { readonly node: number; readonly browsers: number; readonly ffmpeg: number };
  /** What FFmpeg was called with. */
  readonly args: readonly string[];
}

export async function filmPage(
  page: string,
  options: Omit<RenderOptions, 'source'>,
  capture: ChromiumOptions = {},
): Promise<Filmed> {
  const start = performance.now();
  let meter: CpuMeter | undefined;
  let args: readonly string[] = [];
  let frames = 0;
  const at = {
    planned: 0,
    lastWorkerReady: 0,
    firstCaptured: 0,
    firstWritten: 0,
    lastEncoded: 0,
    finished: 0,
  };
  const events = render({
    ...options,
    source: chromium(page, capture),
    overwrite: true,
    ffmpegArgs(list) {
      args = list;
      return list;
    },
  });
  await lastValueFrom(
    events.pipe(
      tap((event) => {
        const now = performance.now() - start;
        if (event.type === 'captureFallback') throw new Error(`captured by screenshots: ${event.message}`);
        if (event.type === 'planned') at.planned = now;
        if (event.type === 'workerReady') at.lastWorkerReady = now;
        if (event.type === 'captured') at.firstCaptured ||= now;
        if (event.type === 'captured') meter ??= new CpuMeter();
        if (event.type === 'written') at.firstWritten ||= now;
        if (event.type === 'encoded') at.lastEncoded = now;
        if (event.type === 'encoded') meter?.look();
        if (event.type === 'finished') {
          at.finished = now;
          frames = event.result.frames;
        }
      }),
    ),
  );
  const { planned, lastWorkerReady, firstWritten, finished } = at;
  const framesPerSecond = ((frames - 1) * 1000) / (at.lastEncoded - at.firstCaptured);
  const cpu = (meter ?? new CpuMeter()).perFrame(frames);
  return { framesPerSecond, planned, lastWorkerReady, firstWritten, finished, cpu, args };
}
