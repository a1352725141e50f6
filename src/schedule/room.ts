import { wholeNumber } from '../frames/check';

/** The most bytes that may be outstanding. */
export interface ByteLimit {
  /** Frames held, and room kept for those requested, stay within this many bytes. */
  readonly budget: number;
  /** What one frame may need at most, in bytes: so much is kept free for each frame not yet captured. */
  readonly perFrame: number;
}

interface Outstanding {
  readonly index: number;
  readonly place: number;
  bytes: number;
}

/** Something that requests frames, and shares the room with others. */
export interface Tenant {
  /** Whether it may request one more frame. */
  hasRoom(): boolean;
  /** Takes a place for frame `index`. */
  take(index: number): void;
  /** Gives back the place of frame `index`: it has drained. */
  free(index: number): void;
  /** Says that it will request no more: the others may then have its share. */
  rest(): void;
  /** Gives back everything. */
  leave(): void;
}

/**
 * The room for outstanding frames: so many places, and so many bytes, for all that is rendered at the same time.
 *
 * A frame that is not captured yet counts with the most bytes it can have, a captured one with what it has: the sum
 * stays within the budget whatever sizes come. One frame is always let through, so that a budget below one frame slows
 * a render but never stops it. Those who request at the same time have equal shares of the places.
 *
 * Frames are kept in arrays: maps and sets that change with every frame are rehashed again and again, and V8 keeps the
 * tables that they have outgrown until its next full collection.
 */
export class Room {
  private readonly outstanding: Outstanding[] = [];
  private readonly places: number[];
  private readonly asking = new Set<() => void>();
  private bytes = 0;

  /** @throws FilmgateError `INVALID_OPTION` when there is no room for a single frame. */
  constructor(
    /** How many frames there is room for, at least 1. */
    readonly frames: number,
    private readonly limit?: ByteLimit,
  ) {
    wholeNumber('window', frames, 1);
    this.places = Array.from({ length: frames }, (_, place) => frames - 1 - place);
  }

  /** Lets somebody in; `ask` is called whenever there may be room for more of its requests. */
  enter(ask: () => void): Tenant {
    let held: number[] = [];
    this.asking.add(ask);
    return {
      hasRoom: () => this.hasRoom() && held.length < Math.ceil(this.frames / this.asking.size),
      take: (index) => {
        held.push(index);
        this.take(index);
        if (this.asking.size > 1) {
          this.asking.delete(ask); // Behind the others, to be asked after them.
          this.asking.add(ask);
        }
      },
      free: (index) => {
        held = held.filter((one) => one !== index);
        this.free(index);
      },
      rest: () => this.asking.delete(ask),
      leave: () => {
        this.asking.delete(ask);
        for (const index of held) this.free(index);
        held = [];
      },
    };
  }

  /** Has everybody who wants to request look again whether there is room: first who has waited longest. */
  askAll(): void {
    for (const ask of [...this.asking]) ask();
  }

  /** Which of the places, counted from 0, frame `index` has until it has drained. */
  placeOf(index: number): number {
    return this.find(index)?.place ?? 0;
  }

  /** Tells how many bytes frame `index` has, now that it is captured. */
  hold(index: number, bytes: number): void {
    const frame = this.find(index);
    if (!frame) return;
    this.bytes += bytes - frame.bytes;
    frame.bytes = bytes;
  }

  private hasRoom(): boolean {
    if (this.outstanding.length === 0) return true;
    if (this.outstanding.length >= this.frames) return false;
    return !this.limit || this.bytes + this.limit.perFrame <= this.limit.budget;
  }

  private take(index: number): void {
    const bytes = this.limit?.perFrame ?? 0;
    this.outstanding.push({ index, place: this.places.pop() ?? 0, bytes });
    this.bytes += bytes;
  }

  private free(index: number): void {
    const frame = this.find(index);
    if (!frame) return;
    this.outstanding.splice(this.outstanding.indexOf(frame), 1);
    this.places.push(frame.place);
    this.bytes -= frame.bytes;
  }

  private find(index: number): Outstanding | undefined {
    return this.outstanding.find((frame) => frame.index === index);
  }
}
