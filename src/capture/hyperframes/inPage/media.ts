/// <reference lib="dom" />
import type { MediaPlacement } from '../../chromium/inPage/mediaTimeline';
import type { PageDriver } from '../../chromium/inPage/pageDriver';
import type { ClipTimes } from './clipTimes';

/**
 * Runs in the page. Returns what tells Filmgate where each timed `<video>` and `<audio>` of a composition plays: to be
 * called whenever that may have changed. The rules are those of HyperFrames' runtime.
 */
export function mediaPlacer(
  { startOf, lengthOf, naturalLength, trimOf, rateOf, around }: ClipTimes,
  volumesAt: (seconds: number) => (element: HTMLMediaElement) => number | undefined,
): (seconds: number) => void {
  const placed = new Map<HTMLMediaElement, string>();

  /** An element ends with every composition around it. A video keeps its last picture for as long as it is said to. */
  const endOf = (element: HTMLMediaElement, start: number) => {
    const ends = [start + (lengthOf(element) ?? Number.POSITIVE_INFINITY)];
    const natural = element.loop ? undefined : naturalLength(element);
    if (element instanceof HTMLAudioElement && natural !== undefined) ends.push(start + natural);
    for (let host = around(element); host; host = around(host)) {
      const length = lengthOf(host);
      if (length !== undefined) ends.push(startOf(host) + length);
    }
    return Math.min(...ends);
  };

  const isSilent = (element: HTMLMediaElement) =>
    element.muted ||
    (element instanceof HTMLVideoElement && element.getAttribute('data-has-audio') === 'false') ||
    element.closest('[data-hidden]') !== null;

  return (seconds) => {
    const { media } = (window as unknown as { __filmgate: PageDriver }).__filmgate;
    const volumeOf = volumesAt(seconds);
    const timed = [...document.querySelectorAll<HTMLMediaElement>('video, audio')].filter(
      (element) => element.hasAttribute('data-start') || around(element),
    );
    for (const element of timed) {
      const start = startOf(element);
      const volume = isSilent(element) ? 0 : volumeOf(element);
      const placement: MediaPlacement = {
        start,
        end: endOf(element, start),
        from: trimOf(element),
        rate: rateOf(element),
        loop:
          element.loop ||
          element.getAttribute('data-loop') === 'true' ||
          element.getAttribute('data-loop') === '',
        loopFrom: trimOf(element),
        ...(volume === undefined ? {} : { volume }),
      };
      const text = Object.values(placement).join(' ');
      if (placed.get(element) === text) continue;
      placed.set(element, text);
      media.place(element, placement);
    }
    for (const element of placed.keys()) {
      if (element.isConnected) continue;
      placed.delete(element);
      media.place(element, undefined);
    }
  };
}
