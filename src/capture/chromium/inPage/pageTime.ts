/// <reference lib="dom" />
import type { PageAnimations } from './animations';
import type { VirtualClock } from './clock';
import type { InnerFrames } from './iframes';
import type { PageMedia } from './media';

/** The time of one document and of the frames in it. Times are those of the topmost document, in milliseconds. */
export interface PageTime {
  /** When the page changes next by itself: `-Infinity` when it wants every frame, `Infinity` when never. */
  nextChange(): number;
  /** Takes hold of what has begun to move. See {@link PageAnimations.discover}. */
  discover(endTransitions?: boolean): void;
  /** Shows what moves as it is now. */
  show(): void;
  /** Lets time pass up to the frame at `time`, and runs its animation frame callbacks. */
  step(time: number, pause?: VirtualClock['pause']): Promise<void>;
}

/** Runs in the page. All that happens up to a frame happens at its own time, in order: so workers agree on it. */
export function keepTime(
  clock: VirtualClock,
  animations: PageAnimations,
  media: PageMedia,
  showSmil: () => void,
  frames: InnerFrames,
): PageTime {
  const children = () => frames.drivers().map(({ time }) => time);

  const show = () => {
    animations.show();
    showSmil();
  };

  const discover = (endTransitions?: boolean) => {
    animations.discover(endTransitions);
    media.discover();
    showSmil(); // Those that have come begin now.
  };

  const nextEvent = () => Math.min(clock.nextTimer(), animations.nextEvent());

  const passEvents = async (time: number, pause: VirtualClock['pause']) => {
    for (let next = nextEvent(); next <= time; next = nextEvent()) {
      clock.moveTo(Math.max(clock.now(), next));
      animations.show();
      clock.runTimer();
      await pause(); // What this has resolved goes on before the next one, as in a browser.
      discover();
    }
  };

  const self: PageTime = {
    nextChange() {
      const own = clock.hasFrameCallbacks() ? Number.NEGATIVE_INFINITY : clock.origin + nextEvent();
      return Math.min(own, ...children().map((child) => child.nextChange()));
    },
    discover(endTransitions) {
      discover(endTransitions);
      for (const child of children()) child.discover(endTransitions);
    },
    show() {
      show();
      for (const child of children()) child.show();
    },
    async step(time, pause = clock.pause) {
      const now = time - clock.origin;
      discover();
      await passEvents(now, pause);
      clock.moveTo(now);
      show();
      if (!media.areReady(true)) await media.begin(true); // What the callbacks draw is of this moment.
      clock.runFrameCallbacks();
      await pause();
      discover();
      await passEvents(now, pause); // Such as timers without delay that the callbacks began.
      show();
      for (const driver of frames.drivers()) await frames.whileThere(driver, driver.time.step(time, pause));
    },
  };
  return self;
}
