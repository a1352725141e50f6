import { concatMap, delay, lastValueFrom, mergeMap, of, VirtualTimeScheduler } from 'rxjs';
import { WorkerPool } from '../../src/capture/pool';
import type { CaptureWorker } from '../../src/capture/source';
import { FrameBudget } from '../../src/schedule/frameBudget';
import { pullWindow } from '../../src/schedule/pullWindow';
import { reorder } from '../../src/schedule/reorder';
import type { Costs } from './costs';

export interface VirtualRender {
  /** What each frame costs on a worker of speed 1, in milliseconds. */
  readonly costs: Costs;
  /** How fast each worker is; 1 is the usual. */
  readonly speeds: readonly number[];
  readonly window: number;
  /** Milliseconds that a write takes. */
  readonly writing: number;
  /** The worker that a frame belongs to, where that is fixed. Without it, a frame goes to whichever is free. */
  readonly assign?: (index: number) => number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Milliseconds that a render takes, in virtual time and therefore exactly: Filmgate's own window, pool and reorder,
 * with workers and a writer that do nothing but take their time.
 */
export async function renderVirtually({
  costs,
  speeds,
  window,
  writing,
  assign,
}: VirtualRender): Promise<number> {
  const clock = new VirtualTimeScheduler();
  const open = (name: string): CaptureWorker => ({
    ready: Promise.resolve(),
    capture: ({ index }) =>
      of({ index, data: NO_BYTES }).pipe(delay((costs[index] ?? 0) / (speeds[Number(name)] ?? 1), clock)),
    close: async () => {},
  });
  const names = speeds.map((_, worker) => String(worker));
  const parts = assign ? names.map((name) => [name]) : [names];
  const pools = parts.map((part) => new WorkerPool({ names: part, open }));
  await new Promise(setImmediate); // The pools' workers are ready.

  const range = { first: 0, count: costs.length };
  const drained = pullWindow(range, new FrameBudget(window), (pulled) =>
    pulled.pipe(
      mergeMap(({ index }) => (pools[assign?.(index) ?? 0] as WorkerPool).capture(index)),
      reorder(range),
      concatMap((frame) => (writing > 0 ? of(frame).pipe(delay(writing, clock)) : of(frame))),
    ),
  );
  const done = lastValueFrom(drained);
  clock.flush();
  await done;
  for (const pool of pools) await pool.close();
  return clock.now();
}
