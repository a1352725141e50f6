import type { Job } from 'bullmq';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { glance } from './filmNotes';
import type { FilmJob } from './jobs';

const LOOK = 1000; // ms between two looks at whether the work is still wanted.

/** Why a job need not go on: nobody wants it, somebody else has it, somebody else has done it, or this worker ends. */
export type Dropped = 'stale' | 'lost' | 'copied' | 'closing';

/**
 * A job that this machine works on. Its lock is renewed until it is let go of, and `dropped` is told as soon as the work
 * is not wanted any more. While Redis is away the work goes on; it is dropped if that was longer than the lock holds.
 */
export class HeldJob {
  /** Aborted, with a {@link Dropped} as its reason. */
  readonly dropped: AbortSignal;
  private readonly stop = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  constructor(
    private readonly farm: Farm,
    readonly data: FilmJob,
    /** The job and its lock; undefined for a copy, which has none. */
    private readonly lock?: { readonly job: Job; readonly token: string; readonly duration: number },
  ) {
    this.dropped = this.stop.signal;
    this.timer = setInterval(() => void this.look(), Math.min(LOOK, (lock?.duration ?? Infinity) / 3));
  }

  /** Why the work is not wanted any more; undefined as long as it is. */
  get reason(): Dropped | undefined {
    return this.dropped.aborted ? this.dropped.reason : undefined;
  }

  /** Renews no more. */
  letGo(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.renew();
      const { isWanted, note } = await glance(this.farm, this.data, 'done');
      if (!isWanted) this.drop('stale');
      else if (note !== undefined) this.drop('copied');
    } catch (error) {
      debug('the farm does not answer: %s', error);
    } finally {
      this.isLooking = false;
    }
  }

  /** Renews the lock. Returns false, and drops the work, where the lock has run out: the job is another's by now. */
  async renew(): Promise<boolean> {
    if (!this.lock) return true;
    const { job, token, duration } = this.lock;
    const isOurs = (await job.extendLock(token, duration)) === 1;
    if (!isOurs) this.drop('lost');
    return isOurs;
  }

  /** Says that the work is not wanted any more. The first reason counts. */
  drop(why: Dropped): void {
    if (this.dropped.aborted) return;
    debug('job of film %s, segment %s, is dropped: %s', this.data.film, this.data.segment, why);
    this.stop.abort(why);
  }
}
