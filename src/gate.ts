import { concatMap, lastValueFrom, type Observable, Subject, takeUntil, tap } from 'rxjs';
import type { EncodeResult, FrameWriter } from './encode/frameWriter';
import { FilmgateError } from './errors';
import { integerInRange } from './frames/check';
import type { RenderEvent } from './frames/events';
import type { Frame } from './frames/frame';
import { type FrameRange, formatRange, inRange } from './frames/range';
import { write } from './pipeline';
import { reorder } from './schedule/reorder';

/** A frame whose caller waits for it to drain. */
interface Parked extends Frame {
  settle(drained: boolean): void;
}

/**
 * The way in for those who have worker loops of their own: any number of workers write frames in any order, and each
 * waits until *its* frame has drained before it makes the next. What is held is never more than one frame a worker.
 *
 *     const gate = openGate(await openEncoder({ … }), { count: 300 });
 *     // In each worker: one frame, then wait.
 *     if (!(await gate.write(index, frame))) return; // The gate has failed: `gate.close()` says why.
 *     // When all workers are done:
 *     const result = await gate.close();
 *
 * Give the frames out dynamically: with an index from a shared counter for each free worker, no frame waits long.
 */
export function openGate(
  writer: FrameWriter,
  range: { readonly first?: number; readonly count: number },
): Gate {
  return new Gate(writer, {
    first: integerInRange('first', range.first ?? 0, 0),
    count: integerInRange('count', range.count, 1),
  });
}

const CALLER = 'caller'; // Whose workers they are, the gate does not know.

/** See {@link openGate}. */
export class Gate {
  /**
   * What happens to each frame: `requested` and `captured` when it is handed in, `writing`, `written`. Completes when all have
   * drained, and errors with what the gate fails with.
   */
  readonly events: Observable<RenderEvent>;
  private readonly told = new Subject<RenderEvent>();
  private readonly frames = new Subject<Parked>();
  private readonly failed = new Subject<void>();
  private readonly parked = new Map<number, Parked>();
  private readonly drained: Promise<void>;
  private next: number;
  private failure: FilmgateError | undefined;
  private closing: Promise<EncodeResult> | undefined;

  /** @internal Use {@link openGate}. */
  constructor(
    private readonly writer: FrameWriter,
    private readonly range: FrameRange,
  ) {
    this.next = range.first;
    this.events = this.told.asObservable();
    const drains = this.frames.pipe(
      reorder(range),
      concatMap((frame) => {
        this.told.next({ type: 'writing', index: frame.index });
        return write(writer, frame);
      }),
      tap((frame) => this.settle(frame)),
      takeUntil(this.failed),
    );
    this.drained = lastValueFrom(drains, { defaultValue: undefined }).then(
      () => {},
      (error) => this.fail(error),
    );
    writer.failed.then((error) => this.fail(error));
  }

  /**
   * Hands in one frame. Resolves `true` when it has drained, and `false` when the gate has failed, was closed or
   * destroyed; never hangs. Leave the bytes alone until then, and reuse them after.
   *
   * Rejects at once with `FRAME_OUT_OF_RANGE` or `FRAME_DUPLICATE`: the gate goes on without that frame.
   */
  write(index: number, data: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (!inRange(index, this.range)) {
        const message = `frame ${index} is outside ${formatRange(this.range)}`;
        return reject(new FilmgateError('FRAME_OUT_OF_RANGE', message));
      }
      if (index < this.next || this.parked.has(index)) {
        return reject(new FilmgateError('FRAME_DUPLICATE', `frame ${index} was written twice`));
      }
      if (this.failure || this.closing) return resolve(false);
      const frame = { index, data, settle: resolve };
      this.parked.set(index, frame);
      this.told.next({ type: 'requested', index });
      this.told.next({ type: 'captured', index, worker: CALLER, bytes: data.byteLength });
      this.frames.next(frame);
    });
  }

  /**
   * Finishes the video when all frames have drained. Rejects with what the gate failed with, or with `FRAME_MISSING`
   * when there are frames that nobody has written. Idempotent.
   */
  close(): Promise<EncodeResult> {
    this.closing ??= this.finish();
    return this.closing;
  }

  /** Destroys the gate unless it was closed: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.closing) await this.destroy();
  }

  /** Ends it now, and leaves nothing: every caller gets `false`. Idempotent. */
  destroy(): Promise<void> {
    this.fail(new FilmgateError('CANCELLED', 'the gate was destroyed'));
    return this.writer.destroy();
  }

  private async finish(): Promise<EncodeResult> {
    this.frames.complete();
    await this.drained;
    if (!this.failure) return this.writer.close();
    await this.writer.destroy();
    throw this.failure;
  }

  private settle(frame: Parked): void {
    this.parked.delete(frame.index);
    this.next = frame.index + 1;
    frame.settle(true);
    this.told.next({ type: 'written', index: frame.index });
    if (this.next === this.range.first + this.range.count) this.told.complete();
  }

  private fail(error: FilmgateError): void {
    if (this.next === this.range.first + this.range.count) return; // All frames have drained: there is nobody to tell.
    this.failure ??= error;
    this.told.error(this.failure);
    for (const frame of this.parked.values()) frame.settle(false);
    this.parked.clear();
    this.failed.next(); // Stops waiting for a write that may never be settled.
  }
}
