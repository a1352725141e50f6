/**
 * A fixed ring of shared memory, one slot for each place of the window. Outstanding frames are one contiguous run
 * of indices, never longer than the window, so `index % slots` gives every one of them a slot of its own: nothing
 * is allocated while rendering, and nothing has to be handed back.
 */
export class SlotRing {
  private constructor(
    /** The memory itself: hand it to another thread and open it there with {@link SlotRing.over}. */
    readonly memory: SharedArrayBuffer,
    private readonly slots: number,
  ) {}

  static allocate(slots: number, slotBytes: number): SlotRing {
    return new SlotRing(new SharedArrayBuffer(slots * slotBytes), slots);
  }

  static over(memory: SharedArrayBuffer, slots: number): SlotRing {
    return new SlotRing(memory, slots);
  }

  /** The slot of frame `index`, as bytes. */
  bytes(index: number): Uint8Array {
    return new Uint8Array(this.memory, this.offset(index), this.slotBytes);
  }

  /** The slot of frame `index`, as pixels to paint. */
  pixels(index: number): Uint8ClampedArray {
    return new Uint8ClampedArray(this.memory, this.offset(index), this.slotBytes);
  }

  private get slotBytes(): number {
    return this.memory.byteLength / this.slots;
  }

  private offset(index: number): number {
    return (index % this.slots) * this.slotBytes;
  }
}
