/// <reference lib="dom" />
import type { PageDriver } from './pageDriver';

/** Runs in the page: the stages of the frames in it, as far as they are of the same origin. */
export function iframeDrivers(): PageDriver[] {
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
}
