import { setMaxListeners } from 'node:events';
import { defer, first, map, Observable, Subject, type Subscriber } from 'rxjs';
import { FilmgateError, messageOf } from '../errors';
import { noTimes } from '../frames/captureTimes';
import type { CaptureEvent } from '../frames/events';
import { checkFrameBytes, type FrameFormat } from '../frames/format';
import type { Frame } from '../frames/frame';
import { SOURCE_OPTIONS } from '../options/renderOptions';
import { Deadline } from '../process/deadline';
import { debug } from '../process/debug';
import { captureFailed, gaveUp, isWorthRetrying, located, stalled } from './captureFailure';
import { CrashLoopDetector } from './crashLoopDetector';
import type { CaptureWorker } from './source';
import { WorkerSlot } from './workerSlot';

/** How a pool is made. */
export interface PoolOptions {
  /** Names of the workers. */
  readonly names: readonly string[];
  readonly open: (name: string) => CaptureWorker;
  /** How many frames are captured in all: with the last one the workers end. Without it, they end when the pool is closed. */
  readonly frames?: number;
  /** What frames are checked against. */
  readonly format?: FrameFormat;
  /** How often a frame is tried, each time on a fresh worker. Default 3. */
  readonly maxTries?: number;
  /** How long a frame may take, in seconds, or ten times as long as the slowest so far. Default 30. */
  readonly frameTimeout?: number;
  /** Whether events tell how long the parts of a capture took, and of workers that are given up. Default false. */
  readonly detail?: boolean;
}

interface Task {
  readonly index: number;
  readonly slot: number;
  readonly subscriber: Subscriber<Frame>;
  readonly failures: FilmgateError[];
  /** Since the pool last gave up a worker for it. */
  tries: number;
}

const BACK_OFF = 250; // ms, more for each try after the first.
const GRACE = 1.5; // seconds after the deadline in which a worker may still say what it was waiting for.

/**
 * Runs captures on workers: the frame that was asked for first goes to whichever worker is free.
 * Workers start side by side, and the first that is ready begins without waiting for the others. As long as
 * frames are asked for in ascending order, each worker gets ascending indices.
 *
 * A frame that fails or stalls is tried again on a fresh worker, while the others go on. Where workers keep dying, as
 * they do when memory is short, their number goes down, as long as there is more than one.
 */
export class WorkerPool {
  /** What happens on the workers. */
  readonly events = new Subject<CaptureEvent>();
  /** How often a frame was tried again. */
  retries = 0;
  private readonly allSlots: readonly WorkerSlot[];
  private readonly activeSlots: Set<WorkerSlot>;
  private readonly idle: WorkerSlot[] = [];
  private readonly queue: Task[] = [];
  private readonly closed = new AbortController();
  private readonly maxTries: number;
  private failure: { readonly error: unknown } | undefined;
  private dispatching = false;
  private readonly crashLoop: CrashLoopDetector;
  private slowest = 0; // seconds
  private captured = 0;

  constructor(private readonly options: PoolOptions) {
    this.maxTries = options.maxTries ?? SOURCE_OPTIONS.maxTries.default;
    this.crashLoop = new CrashLoopDetector(this.maxTries);
    setMaxListeners(0, this.closed.signal); // Every slot may listen to it.
    this.allSlots = options.names.map((name) => new WorkerSlot(name, options.open, this.closed.signal));
    this.activeSlots = new Set(this.allSlots);
    for (const workerSlot of this.allSlots) void this.startWorker(workerSlot);
  }

  /** Captures one frame on the next free worker: emits it and completes, or errors when it cannot be had. */
  capture(index: number, slot = 0): Observable<Frame> {
    return new Observable<Frame>((subscriber) => {
      if (this.failure) return subscriber.error(this.failure.error);
      this.queue.push({ index, slot, subscriber, failures: [], tries: 0 });
      this.dispatch();
    });
  }

  /** Closes all workers, side by side. Idempotent; settles when none is left. */
  async close(): Promise<void> {
    this.closed.abort();
    const closed = await Promise.allSettled(this.allSlots.map((workerSlot) => workerSlot.stop()));
    this.events.complete();
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private newDeadline(): Deadline {
    return new Deadline(
      Math.max(this.options.frameTimeout ?? SOURCE_OPTIONS.frameTimeout.default, 10 * this.slowest),
    );
  }

  private async startWorker(workerSlot: WorkerSlot): Promise<void> {
    for (let tries = 1; !this.closed.signal.aborted; tries += 1) {
      try {
        await workerSlot.start((tries - 1) * BACK_OFF);
        this.ready(workerSlot);
        return this.release(workerSlot);
      } catch (error) {
        if (this.closed.signal.aborted) return;
        const died = FilmgateError.is(error) && error.code === 'WORKER_DIED';
        const isLast = tries === this.maxTries && this.activeSlots.size === 1;
        if (!died || isLast) return this.fail(located(error, { worker: workerSlot.name }));
        if (tries === this.maxTries) return this.retire(workerSlot, error);
        this.ended(workerSlot, error);
      }
    }
  }

  private release(workerSlot: WorkerSlot): void {
    this.idle.push(workerSlot);
    this.dispatch();
  }

  // Guarded, because a synchronous worker is free again before its dispatch has returned.
  private dispatch(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    while (this.idle[0] && this.queue[0]) {
      const task = this.queue.shift() as Task;
      if (task.subscriber.closed) continue;
      const workerSlot = this.idle.shift() as WorkerSlot;
      if (task.failures.length > 0) void this.retry(workerSlot, task);
      else this.start(workerSlot, task);
    }
    this.dispatching = false;
  }

  private start(workerSlot: WorkerSlot, task: Task): void {
    const { index, slot, subscriber } = task;
    const { name, watchdog } = workerSlot;
    const deadline = this.newDeadline();
    const times = this.options.detail ? noTimes() : undefined;
    this.events.next({ type: 'captureStarted', index, worker: name });
    const capturing = defer(() => workerSlot.current.capture({ index, slot, deadline, times })).pipe(
      first(),
      map((frame) => this.check(frame)),
    );
    const attempt = capturing.subscribe({
      next: (frame) => {
        this.slowest = Math.max(this.slowest, watchdog.stop());
        this.crashLoop.success();
        const bytes = frame.data.byteLength;
        // Two literals: an object spread for each frame had memory grow by 65 MB in an hour of film.
        this.events.next(
          times
            ? { type: 'captured', index, worker: name, bytes, times }
            : { type: 'captured', index, worker: name, bytes },
        );
        this.release(workerSlot); // Before the frame goes on: the worker need not wait for the write.
        subscriber.next(frame);
        subscriber.complete();
        this.captured += 1;
        if (this.captured === this.options.frames) this.close().catch(() => {}); // Whoever closes it is told.
      },
      error: (error) => {
        watchdog.stop();
        this.failed(workerSlot, task, error);
      },
    });
    if (attempt.closed) return;
    subscriber.add(attempt);
    watchdog.start(deadline.seconds + GRACE, () => {
      attempt.unsubscribe();
      this.failed(workerSlot, task, stalled(index, name, deadline));
    });
  }

  private failed(workerSlot: WorkerSlot, task: Task, thrown: unknown): void {
    const { index, subscriber, failures } = task;
    if (this.closed.signal.aborted || subscriber.closed) return;
    const failure = captureFailed(index, thrown, workerSlot.name);
    failures.push(failure);
    task.tries += 1;
    const isOut = task.tries >= this.maxTries;
    const isDeath = failure.code === 'WORKER_DIED' && this.maxTries > 1;
    const isRetired = isDeath && this.crashLoop.crash(isOut) && this.activeSlots.size > 1;
    if (!isWorthRetrying(failure) || (isOut && !isRetired)) {
      subscriber.error(gaveUp(index, failures));
      return;
    }

    const { code, message } = failure;
    const { name: worker } = workerSlot;
    this.retries += 1;
    debug('frame %d failed on %s and is tried again: %s %s', index, worker, code, message);
    this.events.next({ type: 'retried', index, worker, tries: failures.length, code, message });
    if (isRetired) {
      task.tries = 0;
      this.queue.unshift(task);
      this.retire(workerSlot, failure);
      this.dispatch();
    } else {
      this.ended(workerSlot, failure);
      void this.retry(workerSlot, task);
    }
  }

  /** Tries a frame again, on a fresh worker. */
  private async retry(workerSlot: WorkerSlot, task: Task): Promise<void> {
    try {
      await workerSlot.start(Math.max(0, task.tries - 1) * BACK_OFF);
    } catch (error) {
      return this.failed(workerSlot, task, error);
    }
    this.ready(workerSlot);
    if (task.subscriber.closed) this.release(workerSlot);
    else this.start(workerSlot, task);
  }

  private retire(workerSlot: WorkerSlot, reason: unknown): void {
    this.activeSlots.delete(workerSlot);
    void workerSlot.stop().catch((error) => this.fail(error));
    const { name: worker } = workerSlot;
    const message = messageOf(reason);
    debug('%s keeps dying and is not replaced: %s', worker, message);
    this.events.next({ type: 'workerRetired', worker, left: this.activeSlots.size, message });
  }

  /** Tells that a worker is given up, and that a fresh one starts. */
  private ended({ name: worker }: WorkerSlot, error: unknown): void {
    if (!this.options.detail) return;
    const code = FilmgateError.is(error) ? error.code : 'CAPTURE_FAILED';
    const message = messageOf(error);
    this.events.next({ type: 'workerEnded', worker, code, message });
    this.events.next({ type: 'workerStarting', worker });
  }

  private ready({ name: worker }: WorkerSlot): void {
    debug('%s has started', worker);
    this.events.next({ type: 'workerReady', worker });
  }

  private check(frame: Frame): Frame {
    if (!(frame?.data instanceof Uint8Array)) throw new TypeError('its data is not a Uint8Array');
    if (this.options.format) checkFrameBytes(this.options.format, frame.data.byteLength);
    return frame;
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    for (const { subscriber } of this.queue.splice(0)) subscriber.error(error);
  }
}
