import pauses from 'node:timers/promises';
import { settle } from './settle';

interface Alarm {
  at: number;
  readonly every?: number;
  ring(): void;
}

/**
 * Time that stands still until a test lets it pass, in each test of a suite: for `performance.now`, `setInterval`, and
 * the pauses of `timers/promises`. All in milliseconds. An `afterEach` that needs it comes before it.
 */
export function useClock() {
  const own = { setInterval, clearInterval, pause: pauses.setTimeout };
  let alarms = new Set<Alarm>();
  let now = 0;

  beforeEach(() => {
    alarms = new Set();
    now = 0;
    performance.now = () => now;
    globalThis.setInterval = ((ring: () => void, every: number) => {
      const alarm: Alarm = { at: now + every, every, ring };
      alarms.add(alarm);
      return alarm;
    }) as never;
    globalThis.clearInterval = ((alarm: Alarm) => void alarms.delete(alarm)) as never;
    pauses.setTimeout = ((delay: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = () => {
          alarms.delete(alarm);
          reject(signal?.reason);
        };
        const ring = () => {
          signal?.removeEventListener('abort', abort);
          resolve(value);
        };
        const alarm: Alarm = { at: now + delay, ring };
        alarms.add(alarm);
        signal?.addEventListener('abort', abort);
      })) as never;
  });

  afterEach(() => {
    delete (performance as Partial<Performance>).now; // The one of its class is back.
    globalThis.setInterval = own.setInterval;
    globalThis.clearInterval = own.clearInterval;
    pauses.setTimeout = own.pause;
  });

  return {
    get now() {
      return now;
    },
    /** How many timers are set. */
    get alarms() {
      return alarms.size;
    },
    /** Lets time pass: what is due happens, with all that settles after it. */
    async pass(milliseconds: number): Promise<void> {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        const [due] = [...alarms].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (!due) break;
        now = Math.max(now, due.at);
        if (due.every === undefined) alarms.delete(due);
        else due.at = now + due.every;
        due.ring();
      }
      now = end;
    },
    /** Has time gone by in which nothing ran: the process was stopped, or the computer slept. */
    sleep(milliseconds: number): void {
      now += milliseconds;
    },
  };
}
