/// <reference lib="dom" />
import type { ClipTimes } from './clipTimes';

/**
 * Runs in the page. Returns what brings clips to what they are in HyperFrames' newest runtime, whichever the project has;
 * to be called after each seek.
 */
export function clipKeeper({ startOf }: ClipTimes): (seconds: number) => void {
  const MARK = 'data-hf-clip-hidden'; // Newer runtimes set it by themselves, and bring that style.
  let isNewer: boolean | undefined;

  /** What is in a hidden clip stays hidden, even if it says that it is visible. */
  const hideContents = () => {
    isNewer ??= document.querySelector('style[data-hf-hidden-clip-contents]') !== null;
    if (isNewer) return;
    if (!document.querySelector('style[data-filmgate-clips]')) {
      const style = document.createElement('style');
      style.setAttribute('data-filmgate-clips', '');
      style.textContent = `[${MARK}][style*="visibility: hidden"] * { visibility: hidden !important }`;
      document.head.append(style);
    }
    for (const clip of document.querySelectorAll<HTMLElement>('[data-start]'))
      clip.toggleAttribute(MARK, clip.style.visibility === 'hidden');
  };

  /** CSS animations begin with the clip around them, also those that came with an element that was not displayed. */
  const setAnimations = (seconds: number) => {
    for (const animation of document.getAnimations()) {
      if (!(animation instanceof CSSAnimation) || !(animation.effect instanceof KeyframeEffect)) continue;
      const clip = animation.effect.target?.closest('[data-start]');
      if (!clip) continue;
      animation.pause();
      animation.currentTime = Math.max(0, seconds - startOf(clip)) * 1000;
    }
  };

  return (seconds) => {
    hideContents();
    setAnimations(seconds);
  };
}
