/// <reference lib="dom" />
import { holdAnimations } from './animations';
import { watchAssets } from './assets';
import { seedChance } from './chance';
import { installClock } from './clock';
import { openFilm } from './film';
import { drawFlat } from './flat';
import { innerStages } from './frames';
import { openComposition } from './hyperframes';
import { trackRoots } from './roots';
import { holdSmil } from './smil';
import { openStage, type Stage } from './stage';
import { keepTime } from './time';
import { moveTimeline } from './timeline';
import { hideWindow } from './window';

/** How a page is staged. */
export interface StageSettings {
  /** From which chance takes its course. */
  readonly seed: number;
  /** Whether the page can only go from each frame to the next. */
  readonly forwardOnly: boolean;
}

const EPOCH = Date.UTC(2025, 0, 1); // When every page begins.

/**
 * The script that puts a page's time into our hands, as `window.__filmgate`: see {@link Stage}. It runs in every document
 * before its own scripts, and needs the document's timeline to stand still (`Animation.setPlaybackRate` at 0).
 *
 * It is made of functions by their source text: each of them is self-contained, and is given all that it uses.
 */
export function stageScript({ seed, forwardOnly }: StageSettings): string {
  return `(() => {
  const origin = (${originOfDocument})();
  const clock = (${installClock})({ epoch: ${EPOCH} + origin, origin });
  (${seedChance})(${seed});
  (${hideWindow})();
  (${drawFlat})();
  (${moveTimeline})(clock);
  const roots = (${trackRoots})();
  const animations = (${holdAnimations})(clock, roots);
  const time = (${keepTime})(clock, animations, (${holdSmil})(clock, roots), ${innerStages});
  const assets = (${watchAssets})(clock, roots, ${innerStages});
  const openFilm = () => (${openFilm})(${openComposition}, animations);
  const stage = (${openStage})({ clock, time, assets }, openFilm, ${forwardOnly});
  Object.defineProperty(window, '__filmgate', { value: stage });
})();`;
}

function originOfDocument(): number {
  try {
    const clock =
      window === parent ? undefined : (parent as Window & { __filmgate?: Stage }).__filmgate?.clock;
    return clock ? clock.origin + clock.now() : 0;
  } catch {
    return 0; // A frame of another origin.
  }
}
