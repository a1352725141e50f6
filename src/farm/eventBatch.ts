import { z } from 'zod';
import { jsonOf } from '../films/schemas';
import type { RenderEvent } from '../frames/events';

const whole = z.number().int().nonnegative();

/**
 * What one machine tells of one segment at a time: a few bytes for each frame, since all of it goes through Redis.
 */
const batchSchema = z.object({
  /** The machine. */
  by: z.string(),
  segment: whole,
  /** The first and the last frame that were asked for. */
  requested: z.tuple([whole, whole]).optional(),
  /** Worker, index and bytes of each captured frame. */
  captured: z.array(z.tuple([z.string(), whole, whole])).optional(),
  /** The first and the last frame that FFmpeg took. */
  written: z.tuple([whole, whole]).optional(),
  /** Frames and bytes that FFmpeg has put out. */
  encoded: z.tuple([whole, whole]).optional(),
  /** Events that are rare, as they are. */
  others: z.array(z.looseObject({ type: z.string() })).optional(),
});

/** A batch as it is sent. */
export const batchText = jsonOf(batchSchema);

export type EventBatch = z.infer<typeof batchSchema>;

/** What is told of a segment as it is. Everything else is told by numbers, or not at all. */
const OTHERS: ReadonlySet<string> = new Set([
  'workerReady',
  'retried',
  'workerRetired',
  'pageMessage',
  'warning',
  'segmentVerified',
]);

type Growing = { -readonly [Name in keyof EventBatch]: EventBatch[Name] };

/** Collects the events of a segment until they are sent. */
export class BatchWriter {
  private batch: Growing;

  constructor(
    private readonly by: string,
    private readonly segment: number,
  ) {
    this.batch = { by, segment };
  }

  add(event: RenderEvent): void {
    const { batch } = this;
    if (event.type === 'requested') batch.requested = [batch.requested?.[0] ?? event.index, event.index];
    else if (event.type === 'written') batch.written = [batch.written?.[0] ?? event.index, event.index];
    else if (event.type === 'encoded') batch.encoded = [event.frames, event.bytes];
    else if (event.type === 'captured') {
      batch.captured ??= [];
      batch.captured.push([event.worker, event.index, event.bytes]);
    } else if (OTHERS.has(event.type)) {
      batch.others ??= [];
      batch.others.push({ ...event });
    }
  }

  /** What has been added since it was last asked; undefined where that is nothing. */
  take(): EventBatch | undefined {
    const taken = this.batch;
    if (Object.keys(taken).length === 2) return undefined;
    this.batch = { by: this.by, segment: this.segment };
    return taken;
  }
}
