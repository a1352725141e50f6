import {
  concatMap,
  defer,
  finalize,
  map,
  mergeMap,
  type Observable,
  of,
  tap,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { FrameBudget } from '../../src/schedule/frameBudget';
import { pullWindow } from '../../src/schedule/pullWindow';
import { reorder } from '../../src/schedule/reorder';

/** How a made-up film is made. Times are in virtual milliseconds; 0 is synchronous. Lists are read in turns. */
export interface Script {
  readonly count: number;
  readonly window: number;
  readonly workers: number;
  readonly captureTimes: readonly number[];
  readonly writeTimes: readonly number[];
  /** What each frame has, in bytes, at most `LARGEST_FRAME`. */
  readonly sizes: readonly number[];
  readonly byteLimit: number | undefined;
}

export const LARGEST_FRAME = 100; // bytes

/**
 * Makes a film as `pipeline` does, with workers and a writer that live in virtual time, and keeps account of all
 * that happens. `capture` and `write` can be replaced, to have something go wrong.
 */
export class VirtualPipeline {
  readonly clock = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  readonly written: number[] = [];
  requested = 0;
  peakOutstanding = 0;
  /** The most bytes that were held or kept free while more than one frame was outstanding. */
  peakBytes = 0;
  private readonly bytes = new Map<number, number>();
  private readonly tasks = new Set<object>();

  constructor(private readonly script: Script) {}

  /** Captures and writes that go on. */
  get busy(): number {
    return this.tasks.size;
  }

  render(
    capture = (index: number) => this.capture(index),
    write = (index: number) => this.write(index),
    limit = (indices: Observable<number>) => indices,
  ): Observable<number> {
    const { count, window, workers, byteLimit } = this.script;
    const range = { first: 0, count };
    const limitBytes = byteLimit === undefined ? undefined : { total: byteLimit, perFrame: LARGEST_FRAME };
    const budget = new FrameBudget(window, limitBytes);
    return pullWindow(range, budget, (requests) =>
      requests.pipe(
        map(({ index }) => index),
        tap((index) => this.request(index)),
        limit,
        mergeMap((index) => capture(index).pipe(map((delivered) => ({ index: delivered }))), workers),
        tap(({ index }) => this.hold(index, budget)),
        reorder(range),
        concatMap(({ index }) => write(index)),
        tap((index) => {
          this.written.push(index);
          this.bytes.delete(index);
        }),
      ),
    );
  }

  capture(index: number): Observable<number> {
    return defer(() => this.after(this.script.captureTimes, index));
  }

  write(index: number): Observable<number> {
    return defer(() => this.after(this.script.writeTimes, index));
  }

  private after(times: readonly number[], index: number): Observable<number> {
    const time = turn(times, index);
    const task = {};
    this.tasks.add(task);
    const done = time === 0 ? of(index) : timer(time, this.clock).pipe(map(() => index));
    const end = () => this.tasks.delete(task);
    return done.pipe(tap(end), finalize(end));
  }

  private request(index: number): void {
    this.requested += 1;
    this.peakOutstanding = Math.max(this.peakOutstanding, this.requested - this.written.length);
    this.bytes.set(index, LARGEST_FRAME);
    if (this.bytes.size === 1) return; // One frame is always let through.
    let total = 0;
    for (const size of this.bytes.values()) total += size;
    this.peakBytes = Math.max(this.peakBytes, total);
  }

  private hold(index: number, budget: FrameBudget): void {
    const size = turn(this.script.sizes, index);
    this.bytes.set(index, size);
    budget.settle(index, size);
  }
}

function turn(list: readonly number[], index: number): number {
  return list[index % list.length] ?? 0;
}
