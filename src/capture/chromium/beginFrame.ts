import type { Send } from './screenshotter';

const INTERVAL = 1000 / 60; // ms of the browser's time from one tick to the next; the page's time is our own.

/** Begins one frame of the browser. */
export type BeginFrame = (
  options?: object,
) => Promise<{ readonly hasDamage: boolean; readonly screenshotData?: Buffer | string }>;

/** Begins the frames of one page, one by one: nothing moves between them. */
export function beginFrames(send: Send): BeginFrame {
  let ticks = 0;
  return (options = {}) => {
    ticks += 1;
    const frameTimeTicks = ticks * INTERVAL;
    return send('HeadlessExperimental.beginFrame', { frameTimeTicks, interval: INTERVAL, ...options });
  };
}
