import { expect } from 'chai';
import * as fc from 'fast-check';
import { merge } from 'rxjs';
import { WorkerPool } from '../../src/capture/pool';
import type { CaptureWorker, FrameRequest } from '../../src/capture/source';
import { SharedFrameSlots } from '../../src/capture/threads/sharedFrameSlots';
import { FilmgateError } from '../../src/errors';
import type { Frame } from '../../src/frames/frame';
import { pipeline } from '../../src/pipeline';
import { FrameBudget } from '../../src/schedule/frameBudget';
import { useClock } from '../support/clock';
import { FakeWriter } from '../support/fakeWriter';
import { settle, turns } from '../support/settle';

/** What comes of one try of a frame. */
type Outcome = 'frame' | 'throws' | 'dies' | 'stalls' | 'short';

interface Script {
  /** How many frames there are, in each of the films that are made at once. */
  readonly counts: readonly number[];
  readonly window: number;
  readonly workers: number;
  /** What comes of the first tries of each frame, in turns; after them, the frame. */
  readonly failures: readonly (readonly Outcome[])[];
  /** One in so many workers dies while it starts, but never two in a row of one name. */
  readonly unborn: number;
  /** How long things take, in turns of the event loop: lists that are read in turns. */
  readonly captures: readonly number[];
  readonly writes: readonly number[];
  readonly closes: readonly number[];
}

const MAX_TRIES = 5; // One more than two failures, and as many deaths at the start after them.

const scripts: fc.Arbitrary<Script> = (() => {
  const times = fc.array(fc.nat(4), { minLength: 1, maxLength: 7 });
  const outcome = fc.constantFrom<Outcome>('throws', 'dies', 'stalls', 'short');
  return fc.record({
    counts: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
    window: fc.integer({ min: 1, max: 8 }),
    workers: fc.integer({ min: 1, max: 4 }),
    failures: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(outcome, { maxLength: 2 })),
      { minLength: 1, maxLength: 20 },
    ),
    unborn: fc.integer({ min: 2, max: 12 }),
    captures: times,
    writes: times,
    closes: times,
  });
})();

const turn = <T>(list: readonly T[], at: number) => list[at % list.length] as T;

const firstOf = (counts: readonly number[], at: number) =>
  counts.slice(0, at).reduce((sum, count) => sum + count, 0);

/** The first so many frames of one of the films. */
const framesOf = (counts: readonly number[], at: number, count: number) =>
  Array.from({ length: count }, (_, index) => firstOf(counts, at) + index);

/** Workers that paint into one ring, as threads do: what is given up scribbles over its slot until it is closed. */
class Studio {
  readonly failed: number[] = [];
  opened = 0;
  closed = 0;
  private readonly ring: SharedFrameSlots;
  private readonly young = new Set<string>();
  private readonly tries = new Map<number, number>();

  constructor(private readonly script: Script) {
    this.ring = SharedFrameSlots.allocate(script.window, 4);
  }

  readonly open = (name: string): CaptureWorker => {
    this.opened += 1;
    const { opened } = this;
    let isClosed = false;
    const capture = async ({ index, slot }: FrameRequest): Promise<Frame> => {
      const data = this.ring.bytes(slot);
      const done = this.tries.get(index) ?? 0;
      this.tries.set(index, done + 1);
      await turns(turn(this.script.captures, index + done));
      const outcome = turn(this.script.failures, index)[done] ?? 'frame';
      if (outcome !== 'frame') this.failed.push(index);
      while (outcome === 'stalls' && !isClosed) {
        data.fill(255);
        await settle();
      }
      if (isClosed) throw new FilmgateError('CANCELLED', `${name} was closed`);
      if (outcome === 'throws') throw new Error(`out of focus at ${index}`);
      if (outcome === 'dies') throw new FilmgateError('WORKER_DIED', `${name} is gone`);
      if (outcome === 'short') return { index, data: data.subarray(1) };
      data.fill(index);
      return { index, data };
    };
    const start = async () => {
      await turns(opened % 3);
      if (this.young.delete(name) || opened % this.script.unborn > 0) return;
      this.young.add(name);
      throw new FilmgateError('WORKER_DIED', `${name} died young`);
    };
    const ready = start();
    ready.catch(() => {});
    return {
      ready,
      capture,
      close: async () => {
        await turns(turn(this.script.closes, opened));
        if (!isClosed) this.closed += 1;
        isClosed = true;
      },
    };
  };
}

describe('pipelines over workers that fail by chance', () => {
  const clock = useClock();

  function film(script: Script) {
    const { counts, window, workers, writes } = script;
    const virtual = new Studio(script);
    const names = Array.from({ length: workers }, (_, at) => `worker ${at + 1}`);
    const format = { pixels: 'rgba', width: 1, height: 1 } as const;
    const pool = new WorkerPool({ names, open: virtual.open, format, maxTries: MAX_TRIES, frameTimeout: 5 });
    const room = new FrameBudget(window);
    const writers = counts.map(() => new FakeWriter());
    const films = writers.map((writer, at) => {
      writer.onWrite = async (written) => {
        await turns(turn(writes, written + at));
        return true;
      };
      return pipeline({ first: firstOf(counts, at), count: counts[at] ?? 0 }, room, pool, writer);
    });
    const seen = { retried: [] as number[], outstanding: 0, peak: 0 };
    const ends: unknown[] = [];
    pool.events.subscribe((event) => event.type === 'retried' && seen.retried.push(event.index));
    const subscription = merge(...films).subscribe({
      next({ type }) {
        if (type === 'requested') seen.outstanding += 1;
        if (type === 'written') seen.outstanding -= 1;
        seen.peak = Math.max(seen.peak, seen.outstanding);
      },
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    });
    const drained = () => writers.map((writer) => writer.drained);
    return { virtual, pool, drained, seen, ends, subscription };
  }

  it('property: no frame is lost, late or painted over, within the window', () =>
    fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const { virtual, pool, drained, seen, ends } = film(script);
        while (ends.length === 0) await clock.pass(100);
        await pool.close();
        expect(ends).to.deep.equal(['complete']);
        expect(drained()).to.deep.equal(script.counts.map((count, at) => framesOf(script.counts, at, count)));
        expect(seen.peak).to.be.most(script.window);
        expect(virtual.closed).to.equal(virtual.opened);
        expect(clock.alarms).to.equal(0);
        for (const index of new Set(virtual.failed)) expect(seen.retried).to.include(index);
      }),
      { numRuns: 60 },
    ));

  it('property: nothing is left, and nothing more is told, when it is cancelled at any moment', () =>
    fc.assert(
      fc.asyncProperty(scripts, fc.nat(300), async (script, moment) => {
        const { virtual, pool, drained, seen, ends, subscription } = film(script);
        for (let turn = 0; turn < moment && ends.length === 0; turn += 1) {
          if (turn % 3 === 0) await clock.pass(100);
          else await settle();
        }
        subscription.unsubscribe();
        await pool.close();
        expect(virtual.closed).to.equal(virtual.opened);
        expect(clock.alarms).to.equal(0);
        const before = [virtual.opened, seen.outstanding, seen.retried.length, ends.length];
        await clock.pass(60_000);
        await turns(20);
        expect([virtual.opened, seen.outstanding, seen.retried.length, ends.length]).to.deep.equal(before);
        for (const [at, frames] of drained().entries())
          expect(frames).to.deep.equal(framesOf(script.counts, at, frames.length));
      }),
      { numRuns: 60 },
    ));
});
