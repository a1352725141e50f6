/** Shared memory with one slot for each place of the window: nothing is allocated while rendering. */
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

  /** The slot of place `place`, as bytes. */
  bytes(place: number): Uint8Array {
    return new Uint8Array(this.memory, this.offset(place), this.slotBytes);
  }

  /** The slot of place `place`, as pixels to paint. */
  pixels(place: number): Uint8ClampedArray {
    return new Uint8ClampedArray(this.memory, this.offset(place), this.slotBytes);
  }

  private get slotBytes(): number {
    return this.memory.byteLength / this.slots;
  }

  private offset(place: number): number {
    return place * this.slotBytes;
  }
}
