import { runningTime } from './runningTime';
import { Watchdog } from './watchdog';

/**
 * The moment by which something has to be done. It is made once and handed down to everybody who does a part of it.
 * It counts the time in which this process runs: not that in which it was stopped or the computer slept.
 */
export class Deadline {
  private readonly endsAt: number;

  /** @param seconds - how far away it is, from now on */
  constructor(readonly seconds: number) {
    this.endsAt = runningTime() + seconds * 1000;
  }

  /** How long there is until then, in seconds; 0 when it has passed. */
  get remaining(): number {
    return Math.max(0, (this.endsAt - runningTime()) / 1000);
  }

  /** The result of `work`; or, when the deadline passes before that, an error: what `late` returns or resolves to. */
  async race<T>(work: PromiseLike<T>, late: () => unknown): Promise<T> {
    const watchdog = new Watchdog();
    const passed = new Promise<void>((resolve) => watchdog.start(this.remaining, resolve));
    const failed = passed.then(async () => {
      throw await late();
    });
    try {
      return await Promise.race([work, failed]);
    } finally {
      watchdog.dispose();
    }
  }

  /** Its length, for people: `30 s`. */
  toString(): string {
    return `${Number(this.seconds.toPrecision(3))} s`;
  }
}
