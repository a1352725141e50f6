import type { Send } from './screenshotter';

const INTERVAL = 1000 / 60; // ms of the browser's time from one tick to the next; the page's time is our own.

/** Begins one frame of the browser. */
export type BeginFrame = (
  options?: object,
) => Promise<{ readonly hasDamage: boolean; readonly screenshotData?: Buffer | string }>;

/** Begins the frames of one page, one by one: nothing moves between them. */
export function beginFrames(send: Send, browser: { begun: number }): BeginFrame {
  return (options = {}) => {
    browser.begun += 1;
    const frameTimeTicks = browser.begun * INTERVAL;
    return send('HeadlessExperimental.beginFrame', { frameTimeTicks, interval: INTERVAL, ...options });
  };
}
