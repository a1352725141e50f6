/// <reference lib="dom" />
import { holdAnimations } from './animations';
import { watchAssets } from './assets';
import { holdAudioContexts } from './audioContexts';
import { installClock } from './clock';
import { openContract } from './contracts';
import { hideHost } from './hideHost';
import { innerFrames } from './iframes';
import { holdMedia } from './media';
import { replaceMediaApi } from './mediaApi';
import { showMediaPictures } from './mediaPictures';
import { createMediaTimeline } from './mediaTimeline';
import { preventLayers } from './noLayers';
import { createPageDriver, type PageDriver } from './pageDriver';
import { keepTime } from './pageTime';
import { seedRandom } from './random';
import { trackRoots } from './roots';
import { holdSmil } from './smil';
import { watchStyleWords } from './styleWords';
import { moveTimeline } from './timeline';
import { findUndrawable } from './undrawable';
import { findWholePicture } from './wholePicture';
import { fakeWindowSize } from './windowSize';

/** How a page is staged. */
export interface DriverSettings {
  /** From which chance takes its course. */
  readonly seed: number;
  /** Whether the page can only go from each frame to the next. */
  readonly sequential: boolean;
  /** URL under which the page asks for its media, with a slash at the end. */
  readonly media: string;
  /** Path of the document that the page is in a frame of, where it is drawn into a canvas. */
  readonly host?: string | undefined;
  /** Whether it is asked what in it a canvas would not draw. Default: if it has a host. */
  readonly isWatched?: boolean | undefined;
}

const EPOCH = Date.UTC(2025, 0, 1); // When every page begins.

/**
 * The script that puts a page's time into our hands, as `window.__filmgate`: see {@link PageDriver}. It runs in every document
 * before its own scripts, and needs the document's timeline to stand still (`Animation.setPlaybackRate` at 0).
 *
 * It is made of functions by their source text: each of them is self-contained, and is given all that it uses.
 */
export function driverScript(settings: DriverSettings): string {
  const { seed, sequential, media, host, isWatched = host !== undefined } = settings;
  return `(() => {
  ${host ? `(${hideHost})(${JSON.stringify(host)});` : ''}
  const animationFrame = window.requestAnimationFrame.bind(window);
  const origin = (${originOfDocument})();
  const clock = (${installClock})({ epoch: ${EPOCH} + origin, origin });
  (${seedRandom})(${seed});
  (${fakeWindowSize})();
  (${preventLayers})();
  (${moveTimeline})(clock);
  (${holdAudioContexts})(clock);
  const frames = (${innerFrames})(clock);
  const roots = (${trackRoots})();
  const animations = (${holdAnimations})(clock, roots);
  const positions = (${createMediaTimeline})(clock);
  const pictures = (${showMediaPictures})(clock, positions, ${JSON.stringify(media)});
  const media = (${holdMedia})(clock, roots, positions, pictures, frames);
  (${replaceMediaApi})(media, positions, pictures);
  const time = (${keepTime})(clock, animations, media, (${holdSmil})(clock, roots), frames);
  const assets = (${watchAssets})(clock, roots, media, frames.drivers);
  const undrawable = ${isWatched ? `(${findUndrawable})(roots, (${watchStyleWords})(roots), frames.drivers)` : "() => ''"};
  const wholePicture = ${host ? `(${findWholePicture})(roots, animationFrame)` : 'undefined'};
  const stage = (${createPageDriver})({ clock, time, assets, media, undrawable, wholePicture }, ${openContract}, ${sequential});
  Object.defineProperty(window, '__filmgate', { value: stage });
})();`;
}

function originOfDocument(): number {
  try {
    const clock =
      window === parent ? undefined : (parent as Window & { __filmgate?: PageDriver }).__filmgate?.clock;
    return clock ? clock.origin + clock.now() : 0;
  } catch {
    return 0; // A frame of another origin.
  }
}
