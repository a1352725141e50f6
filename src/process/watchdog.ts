import { onTick, runningTime, stopTicks } from './runningTime';

/**
 * Calls back when something has not come for too long. It counts the time in which this process runs: a computer that
 * slept, or a process that was stopped and continued, has made nobody wait.
 */
export class Watchdog {
  private startedAt = 0; // ms, on the clock of `runningTime`.
  private endsAt: number | undefined;
  private onTimeout: () => void = () => {};

  /** Calls `onTimeout` once, in so many seconds from now. Whatever it waited for before is forgotten. */
  start(seconds: number, onTimeout: () => void): void {
    onTick(this.check);
    this.startedAt = runningTime();
    this.endsAt = this.startedAt + seconds * 1000;
    this.onTimeout = onTimeout;
  }

  /** What was waited for has come. Returns how many seconds were waited, and 0 if none. */
  stop(): number {
    if (this.endsAt === undefined) return 0;
    this.endsAt = undefined;
    return (runningTime() - this.startedAt) / 1000;
  }

  /** Is not needed any more, or not for long. */
  dispose(): void {
    this.stop();
    stopTicks(this.check);
  }

  private readonly check = (): void => {
    if (this.endsAt === undefined || runningTime() <= this.endsAt) return;
    this.stop();
    this.onTimeout();
  };
}
