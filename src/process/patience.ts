const TICK = 100; // ms

const open = new Set<Patience>();
let ticking: NodeJS.Timeout | undefined;
let last = 0;

/**
 * Waits for something that may hang, and loses patience after so long. It counts the time in which this process runs:
 * a computer that slept, or a process that was stopped and continued, has not made anybody wait.
 */
export class Patience {
  private left: number | undefined; // ms
  private waited = 0; // ms
  private lose: () => void = () => {};

  /** Waits from now for so many seconds, then calls `lose`. Whatever it waited for before is forgotten. */
  wait(seconds: number, lose: () => void): void {
    if (!open.has(this)) watch(this);
    this.waited = -sinceTick();
    this.left = seconds * 1000 - this.waited;
    this.lose = lose;
  }

  /** What was waited for has come. Returns how many seconds were waited, and 0 if none. */
  rest(): number {
    if (this.left === undefined) return 0;
    this.left = undefined;
    return (this.waited + sinceTick()) / 1000;
  }

  /** Is not needed any more, or not for long. */
  end(): void {
    this.rest();
    open.delete(this);
    if (open.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  /** @internal */
  pass(milliseconds: number): void {
    if (this.left === undefined) return;
    this.left -= milliseconds;
    this.waited += milliseconds;
    if (this.left >= 0) return;
    this.rest();
    this.lose();
  }
}

function watch(patience: Patience): void {
  open.add(patience);
  if (ticking) return;
  last = performance.now();
  ticking = setInterval(() => {
    const passed = sinceTick();
    for (const one of open) one.pass(passed);
    last = performance.now(); // Only now: who begins to wait meanwhile is not to pay for what passed before.
  }, TICK);
}

/** What the next tick has to count up to now, in milliseconds: little of a time in which this process was stopped. */
function sinceTick(): number {
  return Math.min(performance.now() - last, 2 * TICK);
}
