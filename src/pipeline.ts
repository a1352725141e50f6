import { concatMap, finalize, map, merge, mergeMap, type ObservableInput, Subject, tap } from 'rxjs';
import type { FrameWriter } from './encode/writer';
import type { RenderEvent } from './frames/events';
import type { Frame } from './frames/frame';
import { pullWindow, type Window } from './schedule/pullWindow';
import { reorder } from './schedule/reorder';

/** Captures a frame when asked to: a pool of workers, usually. */
export interface Capture {
  capture(index: number): ObservableInput<Frame>;
}

/** The part of an encoder that takes frames. */
export type Writer = Pick<FrameWriter, 'writeFrame' | 'failed'>;

/**
 * The way of a frame: it is requested, captured, put in order, written. A write that is done makes room for the next
 * request. Completes when the last frame of the range has drained.
 */
export function pipeline(window: Window, pool: Capture, writer: Writer) {
  const requests = new Subject<RenderEvent>();
  const writes = pullWindow(window, (indices, hold) =>
    indices.pipe(
      tap((index) => requests.next({ type: 'requested', index })),
      mergeMap((index) => pool.capture(index)),
      tap(({ index, data }) => hold(index, data.byteLength)),
      reorder(window),
      concatMap((frame) => write(writer, frame)),
    ),
  ).pipe(
    map(({ index }): RenderEvent => ({ type: 'written', index })),
    finalize(() => requests.complete()),
  );
  return merge(requests, writes);
}

/** Writes one frame. Rejects with the writer's own failure when it is gone. */
export async function write<T extends Frame>(writer: Writer, frame: T): Promise<T> {
  if (await writer.writeFrame(frame.data)) return frame;
  throw await writer.failed;
}
