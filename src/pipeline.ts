import { concatMap, finalize, map, merge, mergeMap, type ObservableInput, Subject, tap } from 'rxjs';
import type { FrameWriter } from './encode/frameWriter';
import type { RenderEvent } from './frames/events';
import type { Frame } from './frames/frame';
import type { FrameRange } from './frames/range';
import type { FrameBudget } from './schedule/frameBudget';
import { pullWindow } from './schedule/pullWindow';
import { reorder } from './schedule/reorder';

/** Captures a frame when asked to: a pool of workers, usually. */
export interface Capture {
  /** No other outstanding frame has the same `slot`, until this one has drained. */
  capture(index: number, slot: number): ObservableInput<Frame>;
}

/** The part of an encoder that takes frames. */
export interface Writer extends Pick<FrameWriter, 'failed'> {
  /** As `FrameWriter.writeFrame`, for those that take more of a frame than its bytes. */
  writeFrame(data: Uint8Array, frame: Frame): Promise<boolean>;
}

/**
 * The path of a frame: it is requested, captured, put in order, written. A write that is done gives back the frame's
 * slot, which lets the next one be requested. Completes when the last frame of the range has drained.
 */
export function pipeline(range: FrameRange, budget: FrameBudget, pool: Capture, writer: Writer) {
  const events = new Subject<RenderEvent>();
  const writes = pullWindow(range, budget, (requests) =>
    requests.pipe(
      tap(({ index }) => events.next({ type: 'requested', index })),
      mergeMap(({ index, slot }) => pool.capture(index, slot)),
      tap(({ index, data }) => budget.settle(index, data.byteLength)),
      reorder(range),
      concatMap((frame) => {
        events.next({ type: 'writing', index: frame.index });
        return write(writer, frame);
      }),
    ),
  ).pipe(
    map(({ index }): RenderEvent => ({ type: 'written', index })),
    finalize(() => events.complete()),
  );
  return merge(events, writes);
}

/** Writes one frame. Rejects with the writer's own failure when it is gone. */
export async function write<T extends Frame>(writer: Writer, frame: T): Promise<T> {
  if (await writer.writeFrame(frame.data, frame)) return frame;
  throw await writer.failed;
}
