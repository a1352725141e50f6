import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { Subject } from 'rxjs';
import type { RenderEvent } from '../src';
import { findBrowser } from '../src/capture/chromium/findBrowser';
import { openDashboard, writeReport, writeTrace } from '../src/dashboard/index';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import { movingPicture } from './support/movingPicture';
import { rawRender } from './support/rawRender';

const SIZE = { width: 1280, height: 720 };
const READY = 30; // frames that are ready in memory
const FRAMES = 1200;
const ROUNDS = 5;
const LEAST_RATE = 0.97;

type Way = 'none' | 'watched' | 'page';

const TITLES: Record<Way, string> = {
  none: 'nobody looks',
  watched: 'all events, thumbnails, dashboard, report and trace',
  page: 'the same, and the page open in a browser on the same cores',
};

export const dashboard: Bench = {
  what: `${FRAMES} raw 720p frames, encoded with and without everything that shows a render`,
  must: `with dashboard, report and trace at least ${LEAST_RATE} of the rate (the browser that draws the page is told apart)`,

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
      const seconds: Record<Way, number[]> = { none: [], watched: [], page: [] };
      const ways = Object.keys(seconds) as Way[];
      for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
        say(`round ${turn + 1}`);
        for (const way of turn % 2 === 0 ? ways : [...ways].reverse()) {
          const job = { file: raw, size: SIZE, length, output: join(folder, 'out.mp4') };
          seconds[way].push(await (way === 'none' ? bare(job) : watched(job, folder, way, browser)));
        }
      }
      await browser.close();
      const rates = (way: Way) => seconds[way].map((taken, turn) => (seconds.none[turn] as number) / taken);
      const rate = (way: Way) => round(median(rates(way)), 3);
      return {
        pass: quick || rate('watched') >= LEAST_RATE,
        figures: {
          bareSeconds: round(median(seconds.none), 2),
          watchedRate: rate('watched'),
          pageRate: rate('page'),
        },
        table: [
          ['way', 'seconds', 'rate', 'rates of the rounds'],
          ...ways.map((way) => [
            TITLES[way],
            round(median(seconds[way]), 2),
            rate(way),
            rates(way)
              .map((value) => value.toFixed(3))
              .join(' '),
          ]),
        ],
      };
    }),
};

type Job = Parameters<typeof rawRender>[0];

async function bare(job: Job): Promise<number> {
  return (await rawRender(job)).elapsedSeconds;
}

async function watched(job: Job, folder: string, way: Way, browser: Browser): Promise<number> {
  const events = new Subject<RenderEvent>();
  const written = [
    writeReport(events, join(folder, 'report.html')),
    writeTrace(events, join(folder, 'trace.json')),
  ];
  const { url, close } = await openDashboard(events, { keepOpen: true });
  const page = way === 'page' ? await browser.newPage() : undefined;
  await page?.goto(url);
  const onEvent = (event: RenderEvent) => events.next(event);
  const { elapsedSeconds } = await rawRender({ ...job, events: 'all', onEvent });
  events.complete();
  await Promise.all(written);
  await page?.close();
  await close();
  return elapsedSeconds;
}
