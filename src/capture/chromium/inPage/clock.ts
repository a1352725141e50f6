/// <reference lib="dom" />

/** The page's time, which stands still until it is moved. All times are in milliseconds since the page began. */
export interface VirtualClock {
  /** When this document began, on the clock of the topmost one. */
  readonly origin: number;
  now(): number;
  /** The real time that has passed since the page began. */
  realNow(): number;
  moveTo(time: number): void;
  /** When the next timer is due, or `Infinity`. */
  nextTimer(): number;
  /** Runs the timer that is due first, if it is due by now. */
  runTimer(): void;
  hasFrameCallbacks(): boolean;
  /** Runs the animation frame callbacks that are pending, once. */
  runFrameCallbacks(): void;
  /** The id of the newest timer or animation frame callback. */
  lastId(): number;
  /**
   * Runs what was asked for after the id `since`, although time stands still: animation frame callbacks, and the first
   * timer due within `ahead`. Whether there was any.
   */
  runEarly(since: number, ahead: number): boolean;
  /** Lets promises and the browser's own tasks go on, for at least `wait` real milliseconds. */
  pause(wait?: number): Promise<void>;
}

/**
 * Runs in the page, before its own scripts: replaces `Date`, `performance.now`, timers and animation frames.
 *
 * Timers without a delay run at once, or a page might never finish to load. Those that start one another wait for 4 ms
 * from the fifth on, as the HTML standard says: so none of them can hold time up.
 */
export function installClock({ epoch, origin }: { epoch: number; origin: number }): VirtualClock {
  interface Timer {
    readonly id: number;
    readonly every: number | undefined;
    readonly nesting: number;
    readonly run: () => void;
    at: number;
  }
  const RealDate = Date;
  const realTimeout = window.setTimeout.bind(window);
  const realNow = performance.now.bind(performance);
  const channel = new MessageChannel();
  const turns: (() => void)[] = [];
  const timers = new Map<number, Timer>();
  const frames = new Map<number, FrameRequestCallback>();
  let now = 0;
  let lastId = 0;
  let nesting = 0;
  channel.port1.onmessage = () => turns.shift()?.();

  const guarded = (callback: () => void) => {
    try {
      callback();
    } catch (error) {
      reportError(error);
    }
  };

  const first = (isEligible: (timer: Timer) => boolean): Timer | undefined => {
    let found: Timer | undefined;
    for (const timer of timers.values()) {
      if (isEligible(timer) && (!found || timer.at < found.at)) found = timer;
    }
    return found;
  };

  const fire = (timer: Timer) => {
    timers.delete(timer.id);
    if (timer.every !== undefined) {
      timer.at += timer.every;
      timers.set(timer.id, timer); // Anew, behind those that are due at the same time.
    }
    nesting = timer.nesting;
    guarded(timer.run);
    nesting = 0;
  };

  const startTimer = (handler: unknown, delay: unknown, repeats: boolean, args: unknown[]): number => {
    const wait = Math.max(nesting >= 5 || repeats ? 4 : 0, Number(delay) | 0);
    const callback = typeof handler === 'function' ? handler : new Function(String(handler));
    lastId += 1;
    const run = () => callback.apply(window, args);
    const timer = {
      id: lastId,
      at: now + wait,
      every: repeats ? wait : undefined,
      nesting: nesting + 1,
      run,
    };
    timers.set(timer.id, timer);
    if (wait === 0) realTimeout(() => timers.get(timer.id) === timer && timer.at <= now && fire(timer));
    return timer.id;
  };

  const runFrameCallbacks = (since: number): boolean => {
    const due = [...frames].filter(([id]) => id > since);
    for (const [id, callback] of due) if (frames.delete(id)) guarded(() => callback(now)); // Not if cancelled by another.
    return due.length > 0;
  };

  const replacements = {
    setTimeout: (handler: unknown, delay?: unknown, ...args: unknown[]) =>
      startTimer(handler, delay, false, args),
    setInterval: (handler: unknown, delay?: unknown, ...args: unknown[]) =>
      startTimer(handler, delay, true, args),
    clearTimeout: (id?: unknown) => void timers.delete(Number(id)),
    clearInterval: (id?: unknown) => void timers.delete(Number(id)),
    requestAnimationFrame(callback: FrameRequestCallback) {
      lastId += 1;
      frames.set(lastId, callback);
      return lastId;
    },
    cancelAnimationFrame: (id?: unknown) => void frames.delete(Number(id)),
    requestIdleCallback: (callback: IdleRequestCallback) =>
      startTimer(() => callback({ didTimeout: false, timeRemaining: () => 50 }), 1, false, []),
    cancelIdleCallback: (id?: unknown) => void timers.delete(Number(id)),
    Date: new Proxy(RealDate, {
      construct: (target, args, self) => Reflect.construct(target, args.length ? args : [epoch + now], self),
      apply: () => new RealDate(epoch + now).toString(),
      get: (target, key) => (key === 'now' ? () => Math.floor(epoch + now) : Reflect.get(target, key)),
    }),
  };
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(window, name, { value, writable: true, configurable: true });
  }
  RealDate.prototype.constructor = replacements.Date;
  Performance.prototype.now = () => now;
  Object.defineProperty(Performance.prototype, 'timeOrigin', { get: () => epoch, configurable: true });

  return {
    origin,
    now: () => now,
    realNow,
    moveTo(time) {
      now = time;
    },
    nextTimer: () => first(() => true)?.at ?? Number.POSITIVE_INFINITY,
    runTimer() {
      const timer = first(({ at }) => at <= now);
      if (timer) fire(timer);
    },
    hasFrameCallbacks: () => frames.size > 0,
    runFrameCallbacks: () => void runFrameCallbacks(0),
    lastId: () => lastId,
    runEarly(since, ahead) {
      const ran = runFrameCallbacks(since);
      const timer = first(({ id, at }) => id > since && at <= now + ahead);
      if (timer) fire(timer);
      return ran || timer !== undefined;
    },
    pause: (wait) =>
      new Promise((resolve) => {
        if (wait) return void realTimeout(resolve, wait);
        turns.push(resolve);
        channel.port2.postMessage(null);
      }),
  };
}
