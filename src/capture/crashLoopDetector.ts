const CALM = 100; // frames without a death, after which earlier ones are forgotten.

/** Counts the workers that have died, and tells when there are so many that fewer may fare better. */
export class CrashLoopDetector {
  private crashes = 0;
  private framesSince = 0;

  constructor(private readonly maxTries: number) {}

  /** A frame was captured. */
  success(): void {
    this.framesSince += 1;
  }

  /** A worker died; `isOut` if it was the last try of its frame. Tells whether that, or those in a row, are too many. */
  crash(isOut: boolean): boolean {
    this.crashes = this.framesSince < CALM ? this.crashes + 1 : 1;
    this.framesSince = 0;
    if (!isOut && this.crashes < 2 * this.maxTries) return false;
    this.crashes = 0;
    return true;
  }
}
