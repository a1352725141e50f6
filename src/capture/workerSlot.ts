import { setTimeout as pause } from 'node:timers/promises';
import { Watchdog } from '../process/watchdog';
import type { CaptureWorker } from './source';

/** One worker of a pool, under its name: what runs under it may be stopped, and a fresh one started. */
export class WorkerSlot {
  /** Watches the frame that is captured. */
  readonly watchdog = new Watchdog();
  private worker: CaptureWorker | undefined;
  private closing: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly openWorker: (name: string) => CaptureWorker,
    private readonly closed: AbortSignal,
  ) {}

  /** Opens a fresh worker once the one before is gone, after so many milliseconds. Resolves when it can capture. */
  async start(delay = 0): Promise<void> {
    await this.stop();
    if (delay > 0) await pause(delay, undefined, { signal: this.closed });
    this.closed.throwIfAborted();
    this.worker = this.openWorker(this.name);
    await this.worker.ready;
    this.closed.throwIfAborted();
  }

  /** The worker that was started last. */
  get current(): CaptureWorker {
    if (!this.worker) throw new Error(`${this.name} is not running`);
    return this.worker;
  }

  /** Closes the worker. Idempotent; settles when it is gone. */
  stop(): Promise<void> {
    const { worker } = this;
    this.watchdog.dispose();
    this.worker = undefined;
    if (worker) this.closing = this.close(worker);
    return this.closing;
  }

  private async close(worker: CaptureWorker): Promise<void> {
    await Promise.all([this.closing, worker.close()]);
  }
}
