import { integerInRange } from '../frames/check';

/** The most bytes that may be outstanding. */
export interface ByteLimit {
  /** Bytes of all captured frames, plus `perFrame` for each frame still to be captured, never exceed this. */
  readonly total: number;
  /** The most bytes that one frame may have: reserved for each frame that is not captured yet. */
  readonly perFrame: number;
}

interface Outstanding {
  readonly index: number;
  readonly slot: number;
  bytes: number;
}

/** The share of a {@link FrameBudget} of one who requests frames. */
export interface Lease {
  /** Whether one more frame may be requested now. */
  canReserve(): boolean;
  /** Reserves a slot for frame `index`, and returns its number. Throws when there is none: ask `canReserve` first. */
  reserve(index: number): number;
  /** Gives back the slot of frame `index`: it has drained. */
  release(index: number): void;
  /** Declares that no more frames will be requested: the others may have its share. */
  done(): void;
  /** Gives back everything. */
  dispose(): void;
}

/**
 * The slots and bytes that all outstanding frames of a render share.
 *
 * A frame that is not captured yet counts with the most bytes it can have, a captured one with what it has: the sum
 * stays within the limit whatever sizes come. One frame is always let through, so that a limit below one frame slows
 * a render but never stops it. Those who request at the same time have equal shares of the slots.
 *
 * Frames are kept in arrays: maps and sets that change with every frame are rehashed again and again, and V8 keeps the
 * tables that they have outgrown until its next full collection.
 */
export class FrameBudget {
  /** The most frames that were outstanding at any moment. */
  peak = 0;
  private readonly outstanding: Outstanding[] = [];
  private readonly freeSlots: number[];
  private readonly requesting = new Set<() => void>();
  private bytes = 0;

  /** @throws FilmgateError `INVALID_OPTION` when not even one frame may be outstanding. */
  constructor(
    /** The most frames outstanding, at least 1. */
    readonly frames: number,
    private readonly limit?: ByteLimit,
  ) {
    integerInRange('window', frames, 1);
    this.freeSlots = Array.from({ length: frames }, (_, slot) => frames - 1 - slot);
  }

  /** Opens a lease; `wake` is called whenever it may be able to reserve again. */
  lease(wake: () => void): Lease {
    let held: number[] = [];
    this.requesting.add(wake);
    return {
      canReserve: () => this.hasRoom() && held.length < Math.ceil(this.frames / this.requesting.size),
      reserve: (index) => {
        const slot = this.reserve(index);
        held.push(index);
        if (this.requesting.size > 1) {
          this.requesting.delete(wake); // Behind the others, to be woken after them.
          this.requesting.add(wake);
        }
        return slot;
      },
      release: (index) => {
        held = held.filter((one) => one !== index);
        this.release(index);
      },
      done: () => this.requesting.delete(wake),
      dispose: () => {
        this.requesting.delete(wake);
        for (const index of held) this.release(index);
        held = [];
      },
    };
  }

  /** Has every lease look again whether it can reserve: first the one that has waited longest. */
  wakeAll(): void {
    for (const wake of [...this.requesting]) wake();
  }

  /** Replaces the bytes reserved for frame `index` by those that it has, now that it is captured. */
  settle(index: number, bytes: number): void {
    const frame = this.outstanding.find((one) => one.index === index);
    if (!frame) return; // Its lease was disposed while it was captured.
    this.bytes += bytes - frame.bytes;
    frame.bytes = bytes;
  }

  private hasRoom(): boolean {
    if (this.outstanding.length === 0) return true;
    if (this.outstanding.length >= this.frames) return false;
    return !this.limit || this.bytes + this.limit.perFrame <= this.limit.total;
  }

  private reserve(index: number): number {
    const slot = this.freeSlots.pop();
    // Two frames in one slot would overwrite each other without a word.
    if (slot === undefined)
      throw new Error(`no slot is free for frame ${index}: all ${this.frames} are taken`);
    const bytes = this.limit?.perFrame ?? 0;
    this.outstanding.push({ index, slot, bytes });
    this.peak = Math.max(this.peak, this.outstanding.length);
    this.bytes += bytes;
    return slot;
  }

  private release(index: number): void {
    const frame = this.outstanding.find((one) => one.index === index);
    if (!frame) throw new Error(`frame ${index} is released, but not outstanding`);
    this.outstanding.splice(this.outstanding.indexOf(frame), 1);
    this.freeSlots.push(frame.slot);
    this.bytes -= frame.bytes;
  }
}
