import type { RenderEvent } from '../frames/events';

/** Counts what a render's result tells. */
export class Tally {
  /** The most frames that were outstanding at any moment. */
  peakOutstanding = 0;
  /** How often a frame was tried again. */
  retries = 0;
  private outstanding = 0;

  add({ type }: RenderEvent): void {
    if (type === 'retried') this.retries += 1;
    if (type === 'written') this.outstanding -= 1;
    if (type !== 'requested') return;
    this.outstanding += 1;
    this.peakOutstanding = Math.max(this.peakOutstanding, this.outstanding);
  }
}
