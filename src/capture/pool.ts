import { types } from 'node:util';
import { defer, first, map, Observable, Subject, type Subscriber } from 'rxjs';
import type { CaptureEvent } from '../frames/events';
import type { Frame } from '../frames/frame';
import { captureFailed } from './failure';
import type { CaptureWorker } from './source';

interface NamedWorker {
  readonly name: string;
  readonly worker: CaptureWorker;
}

interface Waiting {
  readonly index: number;
  readonly subscriber: Subscriber<Frame>;
}

/**
 * Lends workers to captures, dynamically: the frame that was asked for first goes to whichever worker is free.
 * Workers start side by side, and the first that is ready begins without waiting for the others. As long as
 * frames are asked for in ascending order, each worker gets ascending indices.
 */
export class WorkerPool {
  /** What the workers do. */
  readonly events = new Subject<CaptureEvent>();
  private readonly workers: NamedWorker[] = [];
  private readonly free: NamedWorker[] = [];
  private readonly waiting: Waiting[] = [];
  private failure: { readonly error: unknown } | undefined;
  private dispatching = false;

  constructor(names: readonly string[], open: (name: string) => CaptureWorker) {
    try {
      for (const name of names) this.add({ name, worker: open(name) });
    } catch (error) {
      this.fail(error); // And not thrown: those that are open already are closed with the pool.
    }
  }

  /** Captures one frame on the next free worker: emits it and completes, or errors. */
  capture(index: number): Observable<Frame> {
    return new Observable<Frame>((subscriber) => {
      if (this.failure) return subscriber.error(this.failure.error);
      this.waiting.push({ index, subscriber });
      this.dispatch();
    });
  }

  /** Closes all workers, side by side. Idempotent; settles when none is left. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.workers.map(async ({ worker }) => worker.close()));
    this.events.complete();
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private add(named: NamedWorker): void {
    this.workers.push(named);
    named.worker.ready.then(
      () => {
        this.events.next({ type: 'workerReady', worker: named.name });
        this.lend(named);
      },
      (error) => this.fail(error),
    );
  }

  private lend(named: NamedWorker): void {
    this.free.push(named);
    this.dispatch();
  }

  // Guarded, because a synchronous worker is free again before its dispatch has returned.
  private dispatch(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    while (this.free[0] && this.waiting[0]) {
      const { index, subscriber } = this.waiting.shift() as Waiting;
      if (!subscriber.closed) this.start(this.free.shift() as NamedWorker, index, subscriber);
    }
    this.dispatching = false;
  }

  private start(named: NamedWorker, index: number, subscriber: Subscriber<Frame>): void {
    const { name, worker } = named;
    this.events.next({ type: 'captureStarted', index, worker: name });
    const capturing = defer(() => worker.capture(index)).pipe(first(), map(checkFrame));
    subscriber.add(
      capturing.subscribe({
        next: (frame) => {
          this.events.next({ type: 'captured', index, worker: name, bytes: frame.data.byteLength });
          this.lend(named); // Before the frame goes on: the worker need not wait for the write.
          subscriber.next(frame);
          subscriber.complete();
        },
        error: (error) => subscriber.error(captureFailed(index, error)),
      }),
    );
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    for (const { subscriber } of this.waiting.splice(0)) subscriber.error(error);
  }
}

function checkFrame(frame: Frame): Frame {
  if (types.isUint8Array(frame?.data)) return frame;
  throw new TypeError('its data is no Uint8Array');
}
