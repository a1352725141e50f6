/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { PageDriver } from './pageDriver';

/** The frames in a document, as far as they are of the same origin. */
export interface InnerFrames {
  drivers(): PageDriver[];
  /** Settles as `doing` does, or when the driver's document gives way to another: nothing that it promised settles then. */
  whileThere(driver: PageDriver, doing: Promise<unknown>): Promise<void>;
}

/** Runs in the page. */
export function innerFrames(clock: VirtualClock): InnerFrames {
  const drivers = () => {
    const found: PageDriver[] = [];
    for (let index = 0; index < window.length; index += 1) {
      try {
        const inner = window[index] as (Window & { __filmgate?: PageDriver }) | undefined;
        if (inner?.__filmgate) found.push(inner.__filmgate);
      } catch {
        // Of another origin: its time is its own.
      }
    }
    return found;
  };
  return {
    drivers,
    async whileThere(driver, doing) {
      let isDone = false;
      const done = Promise.resolve(doing).finally(() => {
        isDone = true;
      });
      const gone = async () => {
        for (let round = 0; !isDone && drivers().includes(driver); round += 1)
          await clock.pause(round < 8 ? 0 : 4); // At first only tasks: most need no more.
      };
      await Promise.race([done, gone()]);
    },
  };
}
