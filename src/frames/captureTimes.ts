/** How long the parts of a capture took, in milliseconds; 0 where a source has no such part. */
export interface CaptureTimes {
  /** Until the page had moved to the frame's time. */
  seek: number;
  /** For what the page had asked for meanwhile. */
  wait: number;
  /** Until the picture was taken or painted. */
  picture: number;
  /** From the process or thread that made it to this one. */
  transfer: number;
}

/** The parts, in their order. */
export const CAPTURE_PARTS = [
  'seek',
  'wait',
  'picture',
  'transfer',
] as const satisfies (keyof CaptureTimes)[];

export function noTimes(): CaptureTimes {
  return { seek: 0, wait: 0, picture: 0, transfer: 0 };
}

/** Tells the parts of one capture apart. Without times to fill in, it does nothing. */
export class CaptureStopwatch {
  private last = 0;

  constructor(private readonly times: CaptureTimes | undefined) {
    if (times) this.last = performance.now();
  }

  /** The part that ends now took all the time since the one before, but for what belongs to another part. */
  lap(part: keyof CaptureTimes, otherPart?: keyof CaptureTimes, ofOther = 0): void {
    if (!this.times) return;
    const now = performance.now();
    const other = otherPart ? Math.min(Math.max(0, ofOther), now - this.last) : 0;
    this.times[part] += now - this.last - other;
    if (otherPart) this.times[otherPart] += other;
    this.last = now;
  }
}
