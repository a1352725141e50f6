/** Shared memory with one slot for each slot of the window: nothing is allocated while rendering. */
export class SharedFrameSlots {
  private constructor(
    /** The memory itself: hand it to another thread and open it there with {@link SharedFrameSlots.over}. */
    readonly memory: SharedArrayBuffer,
    private readonly slots: number,
  ) {}

  static allocate(slots: number, slotBytes: number): SharedFrameSlots {
    return new SharedFrameSlots(new SharedArrayBuffer(slots * slotBytes), slots);
  }

  static over(memory: SharedArrayBuffer, slots: number): SharedFrameSlots {
    return new SharedFrameSlots(memory, slots);
  }

  /** A slot as bytes. */
  bytes(slot: number): Uint8Array {
    return new Uint8Array(this.memory, this.offset(slot), this.slotBytes);
  }

  /** A slot as pixels to paint. */
  pixels(slot: number): Uint8ClampedArray {
    return new Uint8ClampedArray(this.memory, this.offset(slot), this.slotBytes);
  }

  private get slotBytes(): number {
    return this.memory.byteLength / this.slots;
  }

  private offset(slot: number): number {
    return slot * this.slotBytes;
  }
}
