import type { RenderEvent } from '../frames/events';
import type { FrameRange } from '../frames/range';
import { EncodedTotal } from '../segments/encodedTotal';
import type { EventBatch } from './eventBatch';

interface SegmentEvents {
  readonly requested: Set<number>;
  readonly captured: Set<number>;
  readonly written: Set<number>;
  isVerified: boolean;
}

/**
 * Turns what the machines tell into the events of one render. A segment that is rendered again, since its worker died or a
 * faster one copies it, tells of its frames again: each frame's events are passed on once. What was not told of a segment
 * that is verified is made up for.
 */
export class FarmEvents {
  private readonly segments = new Map<number, SegmentEvents>();
  private readonly encoded = new EncodedTotal([]);

  /** Segments that were done before are counted with their frames. */
  constructor(resumed: readonly { readonly segment: number; readonly count: number }[]) {
    for (const { segment, count } of resumed) {
      this.encoded.add(segment, { frames: count, bytes: 0 });
      this.known(segment).isVerified = true;
    }
  }

  expand(batch: EventBatch): RenderEvent[] {
    const known = this.known(batch.segment);
    if (known.isVerified) return [];
    const named = (worker: string) => `${batch.by}/${worker}`;
    const captures = new Map((batch.captured ?? []).map((told) => [told[1], told]));
    const capture = (index: number): RenderEvent[] => {
      const [worker, , bytes] = captures.get(index) ?? [];
      return worker === undefined ? [] : captured(known, index, named(worker), bytes ?? 0);
    };
    const events = [
      // Frame by frame, what was written first: or else all frames of a batch would seem to be outstanding at once.
      ...numbers(batch.written).flatMap((index) => [...capture(index), ...written(known, index)]),
      ...numbers(batch.requested).flatMap((index) => requested(known, index)),
      ...[...captures.keys()].flatMap(capture),
    ];
    if (batch.encoded) {
      const [frames, bytes] = batch.encoded;
      events.push({ type: 'encoded', ...this.encoded.add(batch.segment, { frames, bytes }) });
    }
    for (const other of (batch.others ?? []) as unknown as RenderEvent[]) {
      if (other.type === 'segmentVerified') events.push(...complete(known, other.range, batch.by));
      events.push('worker' in other ? { ...other, worker: named(other.worker) } : other);
    }
    return events;
  }

  private known(segment: number): SegmentEvents {
    const known = this.segments.get(segment) ?? {
      requested: new Set<number>(),
      captured: new Set<number>(),
      written: new Set<number>(),
      isVerified: false,
    };
    this.segments.set(segment, known);
    return known;
  }
}

function requested(known: SegmentEvents, index: number): RenderEvent[] {
  return isNew(known.requested, index) ? [{ type: 'requested', index }] : [];
}

function captured(known: SegmentEvents, index: number, worker: string, bytes: number): RenderEvent[] {
  if (!isNew(known.captured, index)) return [];
  const events: RenderEvent[] = [
    { type: 'captureStarted', index, worker },
    { type: 'captured', index, worker, bytes },
  ];
  return [...requested(known, index), ...events];
}

function written(known: SegmentEvents, index: number): RenderEvent[] {
  if (!known.captured.has(index) || !isNew(known.written, index)) return [];
  return [
    { type: 'writing', index },
    { type: 'written', index },
  ];
}

/** The events of a verified segment that nobody has told. */
function complete(known: SegmentEvents, { first, count }: FrameRange, worker: string): RenderEvent[] {
  const all = numbers([first, first + count - 1]);
  const events = all.flatMap((index) => [...captured(known, index, worker, 0), ...written(known, index)]);
  known.isVerified = true;
  for (const told of [known.requested, known.captured, known.written]) told.clear();
  return events;
}

function isNew(told: Set<number>, index: number): boolean {
  return told.size !== told.add(index).size;
}

/** The numbers of a range, both ends inclusive. */
function numbers(range: readonly [number, number] | undefined): number[] {
  if (!range) return [];
  return Array.from({ length: Math.max(0, range[1] - range[0] + 1) }, (_, index) => range[0] + index);
}
