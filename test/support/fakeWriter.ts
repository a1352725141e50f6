import type { EncodeResult, FrameWriter } from '../../src/encode/frameWriter';
import { FilmgateError } from '../../src/errors';

/** An encoder without FFmpeg: remembers what it was given, and drains when a test says so. */
export class FakeWriter implements FrameWriter {
  /** First bytes of the frames that have drained, in the order in which they were written. */
  readonly drained: number[] = [];
  readonly failed: Promise<FilmgateError>;
  destroyed = 0;
  closed = 0;
  /** What `writeFrame` does with frame number n, counted from 0. Default: drains at once. */
  onWrite: (written: number) => Promise<boolean> = () => Promise.resolve(true);
  private pending: Promise<boolean> | undefined;
  private error: FilmgateError | undefined;
  private stop: (taken: false) => void = () => {};
  private readonly stopped = new Promise<false>((resolve) => {
    this.stop = resolve;
  });
  private tellFailed: (error: FilmgateError) => void = () => {};
  private closing: Promise<EncodeResult> | undefined;
  private destroying: Promise<void> | undefined;

  constructor() {
    this.failed = new Promise((resolve) => {
      this.tellFailed = resolve;
    });
  }

  async writeFrame(frame: Uint8Array): Promise<boolean> {
    if (this.pending) throw new FilmgateError('WRITE_PENDING', 'one frame at a time');
    if (frame.byteLength === 0) throw new FilmgateError('FRAME_SIZE', 'a frame has no bytes');
    if (this.error || this.closing || this.destroying) return false;
    try {
      this.pending = Promise.race([this.onWrite(this.drained.length), this.stopped]);
      const taken = await this.pending;
      if (taken) this.drained.push(frame[0] ?? -1);
      return taken;
    } finally {
      this.pending = undefined;
    }
  }

  /** The encoder is gone, for this reason. */
  fail(error: FilmgateError): void {
    this.error ??= error;
    this.stop(false);
    if (!this.closing) this.tellFailed(this.error);
  }

  close(): Promise<EncodeResult> {
    this.closing ??= this.finish();
    return this.closing;
  }

  destroy(): Promise<void> {
    this.destroying ??= this.abandon();
    return this.destroying;
  }

  private async finish(): Promise<EncodeResult> {
    this.closed += 1;
    await this.pending;
    if (this.error) throw this.error;
    return { output: 'fake.mp4', frames: this.drained.length, bytes: 0 };
  }

  private async abandon(): Promise<void> {
    this.destroyed += 1;
    if (!this.closing) this.fail(new FilmgateError('CANCELLED', 'the fake writer was destroyed'));
  }
}

/** A frame whose first byte tells its index, for indices below 256. */
export function frameOf(index: number): Uint8Array {
  return Uint8Array.of(index);
}
