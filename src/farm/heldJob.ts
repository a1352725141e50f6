import type { Job } from 'bullmq';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { glance } from './filmRecord';
import type { FilmJob } from './jobs';

const LOOK = 1000; // ms between two looks at whether the work is still wanted.

/** Why a job need not go on: nobody wants it, somebody else has it, somebody else has done it, or this worker ends. */
export type Dropped = 'stale' | 'lost' | 'copied' | 'closing';

/**
 * A job that this machine works on. Its lock is renewed until it is let go of, and `dropped` is told as soon as the work
 * is not wanted any more. While Redis is away nothing is dropped: the work goes on.
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
      const { film, run, segment } = this.data;
      if (this.lock) {
        const { job, token, duration } = this.lock;
        await job.extendLock(token, duration).catch((error) => {
          if (/lock/i.test(String(error.message))) this.drop('lost');
        });
      }
      const now = await glance(this.farm, film, copiedNote(segment));
      if (!now.isActive || now.run !== run) this.drop('stale');
      else if (now.note !== undefined) this.drop('copied');
    } catch (error) {
      debug('the farm does not answer: %s', error);
    } finally {
      this.isLooking = false;
    }
  }

  /** Says that the work is not wanted any more. The first reason counts. */
  drop(why: Dropped): void {
    if (this.dropped.aborted) return;
    debug('job of film %s, segment %s, is dropped: %s', this.data.film, this.data.segment, why);
    this.stop.abort(why);
  }
}

/** The note that says that a segment is done, although the one who has its job does not know yet. */
export function copiedNote(segment: number | undefined): string {
  return `copied ${segment}`;
}
