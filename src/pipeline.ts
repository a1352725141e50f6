import { concatMap, finalize, map, merge, mergeMap, type ObservableInput, Subject, tap } from 'rxjs';
import type { FrameWriter } from './encode/writer';
import type { RenderEvent } from './frames/events';
import type { Frame } from './frames/frame';
import type { FrameRange } from './frames/range';
import { pullWindow } from './schedule/pullWindow';
import { reorder } from './schedule/reorder';
import type { Room } from './schedule/room';

/** Captures a frame when asked to: a pool of workers, usually. */
export interface Capture {
  /** `place` is the frame's own among the room's, until it has drained. */
  capture(index: number, place: number): ObservableInput<Frame>;
}

/** The part of an encoder that takes frames. */
export type Writer = Pick<FrameWriter, 'writeFrame' | 'failed'>;

/**
 * The way of a frame: it is requested, captured, put in order, written. A write that is done makes room for the next
 * request. Completes when the last frame of the range has drained.
 */
export function pipeline(range: FrameRange, room: Room, pool: Capture, writer: Writer) {
  const told = new Subject<RenderEvent>();
  const writes = pullWindow(range, room, (indices) =>
    indices.pipe(
      tap((index) => told.next({ type: 'requested', index })),
      mergeMap((index) => pool.capture(index, room.placeOf(index))),
      tap(({ index, data }) => room.hold(index, data.byteLength)),
      reorder(range),
      concatMap((frame) => {
        told.next({ type: 'writing', index: frame.index });
        return write(writer, frame);
      }),
    ),
  ).pipe(
    map(({ index }): RenderEvent => ({ type: 'written', index })),
    finalize(() => told.complete()),
  );
  return merge(told, writes);
}

/** Writes one frame. Rejects with the writer's own failure when it is gone. */
export async function write<T extends Frame>(writer: Writer, frame: T): Promise<T> {
  if (await writer.writeFrame(frame.data)) return frame;
  throw await writer.failed;
}
