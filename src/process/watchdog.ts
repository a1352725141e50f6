const TICK = 100; // ms

const open = new Set<Watchdog>();
let ticking: NodeJS.Timeout | undefined;
let last = 0;

/**
 * Waits for something that may hang, and loses watchdog after so long. It counts the time in which this process runs:
 * a computer that slept, or a process that was stopped and continued, has not made anybody wait.
 */
export class Watchdog {
  private left: number | undefined; // ms
  private waited = 0; // ms
  private onTimeout: () => void = () => {};

  /** Waits from now for so many seconds, then calls `lose`. Whatever it waited for before is forgotten. */
  start(seconds: number, lose: () => void): void {
    if (!open.has(this)) watch(this);
    this.waited = -sinceTick();
    this.left = seconds * 1000 - this.waited;
    this.onTimeout = lose;
  }

  /** What was waited for has come. Returns how many seconds were waited, and 0 if none. */
  stop(): number {
    if (this.left === undefined) return 0;
    this.left = undefined;
    return (this.waited + sinceTick()) / 1000;
  }

  /** Is not needed any more, or not for long. */
  dispose(): void {
    this.stop();
    open.delete(this);
    if (open.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  /** @internal */
  advance(milliseconds: number): void {
    if (this.left === undefined) return;
    this.left -= milliseconds;
    this.waited += milliseconds;
    if (this.left >= 0) return;
    this.stop();
    this.onTimeout();
  }
}

function watch(watchdog: Watchdog): void {
  open.add(watchdog);
  if (ticking) return;
  last = performance.now();
  ticking = setInterval(() => {
    const passed = sinceTick();
    for (const one of open) one.advance(passed);
    last = performance.now(); // Only now: who begins to wait meanwhile is not to pay for what passed before.
  }, TICK);
}

/** What the next tick has to count up to now, in milliseconds: little of a time in which this process was stopped. */
function sinceTick(): number {
  return Math.min(performance.now() - last, 2 * TICK);
}
