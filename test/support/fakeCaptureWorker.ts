import { Subject } from 'rxjs';
import type { CaptureWorker, FrameRequest } from '../../src/capture/source';
import type { Frame } from '../../src/frames/frame';
import { settle } from './settle';

/** A capture worker that does what a test says, when it says so. */
export class FakeCaptureWorker implements CaptureWorker {
  /** What it was asked for. */
  readonly requests: FrameRequest[] = [];
  readonly ready: Promise<void>;
  closes = 0;
  private capturing = new Subject<Frame>();
  private starting = { resolve: () => {}, reject: (_error: unknown) => {} };

  constructor(private readonly closing: () => Promise<void> = async () => {}) {
    this.ready = new Promise((resolve, reject) => {
      this.starting = { resolve, reject };
    });
  }

  /** The frames that it was asked for. */
  get asked(): number[] {
    return this.requests.map(({ index }) => index);
  }

  /** Whether it has a frame to deliver. */
  get isBusy(): boolean {
    return this.capturing.observed;
  }

  /** Makes it ready, and waits until everybody knows. */
  async start(): Promise<void> {
    this.starting.resolve();
    await settle();
  }

  /** Has it never become ready, and waits until everybody knows. */
  async failToStart(error: unknown): Promise<void> {
    this.starting.reject(error);
    await settle();
  }

  capture(request: FrameRequest): Subject<Frame> {
    this.requests.push(request);
    this.capturing = new Subject();
    return this.capturing;
  }

  /** Delivers the frame that it was asked for last. */
  deliver(data = new Uint8Array(8)): void {
    this.capturing.next({ index: this.asked.at(-1) as number, data });
  }

  fail(error: unknown): void {
    this.capturing.error(error);
  }

  /** Ends the capture without a frame. */
  complete(): void {
    this.capturing.complete();
  }

  close(): Promise<void> {
    this.closes += 1;
    return this.closing();
  }
}
