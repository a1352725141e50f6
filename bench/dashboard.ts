import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { Subject } from 'rxjs';
import type { RenderEvent } from '../src';
import { findBrowser } from '../src/capture/chromium/findBrowser';
import { openDashboard, writeReport, writeTrace } from '../src/dashboard/index';
import type { Bench } from './support/bench';
import { CpuMeter } from './support/cpuMeter';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import { movingPicture } from './support/movingPicture';
import { rawRender } from './support/rawRender';

const SIZE = { width: 1280, height: 720 };
const READY = 30; // frames that are ready in memory
const FRAMES = 1200;
const ROUNDS = 5;
const LEAST_RATE = 0.97; // with all that shows a render
const LEAST_TRACE_RATE = 0.99;

type Way = 'none' | 'trace' | 'watched' | 'page';

const TITLES: Record<Way, string> = {
  none: 'nobody looks',
  trace: 'all events, and a trace',
  watched: 'all events, thumbnails, dashboard, report and trace',
  page: 'the same, and the page open in a browser on the same cores',
};

export const dashboard: Bench = {
  what: `${FRAMES} raw 720p frames, encoded with and without everything that shows a render`,
  must: `with a trace at least ${LEAST_TRACE_RATE} of the rate, with the page open, report and trace at least ${LEAST_RATE}`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const raw = join(folder, 'frames.rgba');
      await writeFile(raw, movingPicture(SIZE, READY));
      const { path, env } = await findBrowser(undefined, new AbortController().signal);
      const browser = await chromium.launch({
        executablePath: path,
        env: { ...process.env, ...env } as Record<string, string>,
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
      const length = quick ? 150 : FRAMES;
      const ran: Record<Way, Run[]> = { none: [], trace: [], watched: [], page: [] };
      const ways = Object.keys(ran) as Way[];
      for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
        say(`round ${turn + 1}`);
        for (const way of turn % 2 === 0 ? ways : [...ways].reverse()) {
          const job = { file: raw, size: SIZE, length, output: join(folder, 'out.mp4') };
          ran[way].push(await (way === 'none' ? measured(job) : watched(job, folder, way, browser)));
        }
      }
      await browser.close();
      const ratios = (way: Way, of: keyof Run) =>
        ran[way].map((one, turn) => round(one[of] / (ran.none[turn] as Run)[of], 3));
      const rates = (way: Way) => ratios(way, 'seconds').map((ratio) => round(1 / ratio, 3));
      const rate = (way: Way) => median(rates(way));
      return {
        pass: quick || (rate('trace') >= LEAST_TRACE_RATE && rate('page') >= LEAST_RATE),
        figures: {
          bareSeconds: round(median(ran.none.map((one) => one.seconds)), 2),
          traceRate: rate('trace'),
          watchedRate: rate('watched'),
          pageRate: rate('page'),
          traceCpuRatio: median(ratios('trace', 'cpu')),
          watchedCpuRatio: median(ratios('watched', 'cpu')),
          pageCpuRatio: median(ratios('page', 'cpu')),
        },
        table: [
          ['way', 'seconds', 'rate', 'CPU ms a frame', 'ratio', 'rates of the rounds'],
          ...ways.map((way) => [
            TITLES[way],
            round(median(ran[way].map((one) => one.seconds)), 2),
            rate(way),
            round(median(ran[way].map((one) => one.cpu)), 1),
            median(ratios(way, 'cpu')),
            rates(way).join(' '),
          ]),
        ],
      };
    }),
};

type Job = Parameters<typeof rawRender>[0];

interface Run {
  readonly seconds: number;
  /** Milliseconds a frame, of this process, FFmpeg and the browser that draws the page. */
  readonly cpu: number;
}

async function measured(job: Job): Promise<Run> {
  const meter = new CpuMeter();
  const onEvent = (event: RenderEvent) => {
    if (event.type === 'encoded') meter.look();
    job.onEvent?.(event);
  };
  const { elapsedSeconds } = await rawRender({ ...job, onEvent });
  const { node, browsers, ffmpeg } = meter.perFrame(job.length);
  return { seconds: elapsedSeconds, cpu: node + browsers + ffmpeg };
}

async function watched(job: Job, folder: string, way: Way, browser: Browser): Promise<Run> {
  const events = new Subject<RenderEvent>();
  const written = [writeTrace(events, join(folder, 'trace.json'))];
  if (way !== 'trace') written.push(writeReport(events, join(folder, 'report.html')));
  const dashboard = way === 'trace' ? undefined : await openDashboard(events, { keepOpen: true });
  const page = way === 'page' ? await browser.newPage() : undefined;
  if (dashboard) await page?.goto(dashboard.url);
  const onEvent = (event: RenderEvent) => events.next(event);
  const run = await measured({ ...job, events: 'all', onEvent });
  events.complete();
  await Promise.all(written);
  await page?.close();
  await dashboard?.close();
  return run;
}
