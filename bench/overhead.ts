import { concatMap, lastValueFrom, mergeMap, of, range } from 'rxjs';
import { WorkerPool } from '../src/capture/pool';
import type { FrameRequest } from '../src/capture/source';
import type { Frame } from '../src/frames/frame';
import { type Capture, pipeline, type Writer } from '../src/pipeline';
import { FrameBudget } from '../src/schedule/frameBudget';
import { pullWindow } from '../src/schedule/pullWindow';
import { reorder } from '../src/schedule/reorder';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';

const FRAMES = 200_000;
const WINDOW = 16;
const WORKERS = 4;
const ROUNDS = 5;
const MOST_MICROSECONDS = 10;

const DATA = new Uint8Array(16);
const WORKER_NAMES = Array.from({ length: WORKERS }, (_, worker) => `worker ${worker + 1}`);

/** A capture and a writer that take no time, and count what is between them. */
class Instant implements Capture, Writer {
  readonly failed = new Promise<never>(() => {});
  written = 0;
  peakOutstanding = 0;
  private requested = 0;

  capture(index: number): Frame[] {
    this.requested += 1;
    this.peakOutstanding = Math.max(this.peakOutstanding, this.requested - this.written);
    return [{ index, data: DATA }];
  }

  async writeFrame(): Promise<boolean> {
    this.written += 1;
    return true;
  }
}

type Way = (frames: number, instant: Instant) => Promise<unknown>;

const OURS: Record<string, Way> = {
  pipeline: (frames, instant) =>
    lastValueFrom(pipeline({ first: 0, count: frames }, new FrameBudget(WINDOW), instant, instant)),

  pipelineWithPool(frames, instant) {
    const open = () => ({
      ready: Promise.resolve(),
      capture: ({ index }: FrameRequest) => instant.capture(index),
      close: async () => {},
    });
    const pool = new WorkerPool({ names: WORKER_NAMES, open });
    return lastValueFrom(
      pipeline({ first: 0, count: frames }, new FrameBudget(WINDOW), pool, instant),
    ).finally(() => pool.close());
  },

  allSynchronous: (frames, instant) =>
    lastValueFrom(
      pullWindow({ first: 0, count: frames }, new FrameBudget(WINDOW), (pulled) =>
        pulled.pipe(
          mergeMap(({ index }) => instant.capture(index)),
          reorder({ first: 0, count: frames }),
          concatMap((frame) => {
            instant.written += 1;
            return of(frame);
          }),
        ),
      ),
    ),
};

const OTHERS: Record<string, Way> = {
  /** Captures in parallel, sorts what comes, and writes what is due: a slot is free as soon as its capture is done. */
  async pMapAndSortedBuffer(frames, instant) {
    const { default: pMap } = await import('p-map');
    const sorted = new Map<number, Frame>();
    let next = 0;
    let writing = Promise.resolve();
    const writeDue = async () => {
      for (let due = sorted.get(next); due; due = sorted.get(next)) {
        sorted.delete(next);
        next += 1;
        await instant.writeFrame();
      }
    };
    const indices = Array.from({ length: frames }, (_, index) => index);
    await pMap(
      indices,
      async (index) => {
        for (const frame of instant.capture(index)) sorted.set(index, frame);
        writing = writing.then(writeDue);
      },
      { concurrency: WORKERS },
    );
    await writing;
  },

  mergeMapAndConcatMap: (frames, instant) =>
    lastValueFrom(
      range(0, frames).pipe(
        mergeMap((index) => instant.capture(index), WORKERS),
        reorder({ first: 0, count: frames }),
        concatMap((frame) => instant.writeFrame().then(() => frame)),
      ),
    ),
};

const TITLES: Record<string, string> = {
  pipeline: 'Filmgate: the pipeline',
  pipelineWithPool: `Filmgate: the pipeline and its pool of ${WORKERS}`,
  allSynchronous: 'Filmgate: capture and writer synchronous',
  pMapAndSortedBuffer: 'p-map + sorted buffer',
  mergeMapAndConcatMap: 'mergeMap + concatMap',
};

export const overhead: Bench = {
  what: `${FRAMES} frames, instant capture, instant writer, window ${WINDOW}`,
  must: `Filmgate costs at most ${MOST_MICROSECONDS} µs a frame, and no frame stalls`,

  async run({ quick, say }) {
    const frames = quick ? FRAMES / 10 : FRAMES;
    const ways = Object.entries({ ...OURS, ...OTHERS });
    const costs = new Map<string, number[]>(ways.map(([name]) => [name, []]));
    const peaks = new Map<string, number>();
    for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
      say(`round ${turn + 1} of ${quick ? 1 : ROUNDS}`);
      for (const [name, way] of turn % 2 === 0 ? ways : [...ways].reverse()) {
        const instant = new Instant();
        const start = performance.now();
        await way(frames, instant);
        costs.get(name)?.push(((performance.now() - start) * 1000) / frames);
        peaks.set(name, instant.peakOutstanding);
        if (instant.written !== frames)
          throw new Error(`${name}: ${instant.written} of ${frames} frames written`);
      }
    }
    const figures: Record<string, number> = {};
    const table: (string | number)[][] = [['way', 'µs a frame', 'peak outstanding']];
    for (const [name] of ways) {
      const cost = round(median(costs.get(name) ?? []), 2);
      const peak = peaks.get(name) as number;
      figures[`${name}MicrosecondsPerFrame`] = cost;
      figures[`${name}PeakOutstandingFrames`] = peak;
      table.push([TITLES[name] as string, cost, peak]);
    }
    const pass = Object.keys(OURS).every(
      (name) =>
        (figures[`${name}MicrosecondsPerFrame`] as number) <= MOST_MICROSECONDS &&
        (figures[`${name}PeakOutstandingFrames`] as number) <= WINDOW,
    );
    return { pass, figures, table };
  },
};
