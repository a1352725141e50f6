const TICK = 100; // ms

const listeners = new Set<() => void>();
let ticking: NodeJS.Timeout | undefined;
let counted = 0; // ms
let last = 0;

/**
 * A clock of the time in which this process runs, in milliseconds: of a time in which it was stopped or the computer
 * slept, no more than two ticks are counted. It is exact while somebody listens to its ticks.
 */
export function runningTime(): number {
  return counted + sinceTick();
}

/** Calls the listener at every tick, until {@link stopTicks}. */
export function onTick(listener: () => void): void {
  listeners.add(listener);
  if (ticking) return;
  count();
  ticking = setInterval(() => {
    count();
    for (const one of listeners) one();
  }, TICK);
}

/** Calls the listener no more. Without any listener there is no timer. */
export function stopTicks(listener: () => void): void {
  listeners.delete(listener);
  if (listeners.size > 0) return;
  clearInterval(ticking);
  ticking = undefined;
}

function count(): void {
  counted += sinceTick();
  last = performance.now();
}

function sinceTick(): number {
  return Math.min(performance.now() - last, 2 * TICK);
}
