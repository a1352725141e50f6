import { type PoolOptions, WorkerPool } from '../../src/capture/pool';
import type { CaptureEvent } from '../../src/frames/events';
import { FakeCaptureWorker } from './fakeCaptureWorker';

/** A pool of fake workers, which are opened as the pool wants them; and what comes of its captures. */
export class FakePool {
  readonly pool: WorkerPool;
  /** What the pool told: its type, frame, worker, and what else is worth comparing. */
  readonly told: string[] = [];
  readonly retried: Extract<CaptureEvent, { type: 'retried' }>[] = [];
  readonly delivered: number[] = [];
  readonly errors: unknown[] = [];
  private readonly opened: { readonly name: string; readonly worker: FakeCaptureWorker }[] = [];

  constructor(
    count: number,
    options: Partial<PoolOptions> = {},
    /** How the next worker is closed. */
    public closing: () => Promise<void> = async () => {},
  ) {
    this.pool = new WorkerPool({
      names: Array.from({ length: count }, (_, at) => `worker ${at + 1}`),
      open: (name) => {
        const worker = new FakeCaptureWorker(() => this.closing());
        this.opened.push({ name, worker });
        return worker;
      },
      ...options,
    });
    this.pool.events.subscribe((event) => this.hear(event));
  }

  /** How many workers have been opened, of all or of one name. */
  count(name?: string): number {
    return this.opened.filter((one) => name === undefined || one.name === name).length;
  }

  /** The worker with this number: of those that it has had, the one at `at`, or the latest. */
  worker(number: number, at = -1): FakeCaptureWorker {
    const had = this.opened.filter(({ name }) => name === `worker ${number}`);
    const one = had.at(at);
    if (!one) throw new Error(`there is no worker ${number} yet, or none at ${at}`);
    return one.worker;
  }

  /** Captures a frame, whose index is its place too if there is no other. */
  request(index: number, place = index) {
    return this.pool.capture(index, place).subscribe({
      next: (frame) => this.delivered.push(frame.index),
      error: (error) => this.errors.push(error),
    });
  }

  /** How many of the workers have not been closed. */
  get alive(): number {
    return this.opened.filter(({ worker }) => worker.closes === 0).length;
  }

  private hear(event: CaptureEvent): void {
    const { type } = event;
    const frame = 'index' in event ? ` ${event.index}` : '';
    this.told.push(`${type}${frame} ${'worker' in event ? event.worker : ''}`);
    if (type === 'retried') this.retried.push(event);
  }
}
