/// <reference lib="dom" />
import type { PageAssets } from './assets';
import type { VirtualClock } from './clock';
import type { OpenContract, PageDescription } from './contracts';
import type { PageMedia } from './media';
import type { PageSound } from './mediaTimeline';
import type { PageTime } from './pageTime';
import type { WholePicture } from './wholePicture';

export type { PageDescription } from './contracts';

/** How the page is talked to, from outside: `window.__filmgate`. */
export interface PageDriver {
  /** What the page says of itself, once it has loaded and all that it needs is there. */
  describe(): Promise<PageDescription>;
  /** Says how many frames there are in a second, as a fraction: once, before the first frame. */
  setFrameRate(numerator: number, denominator: number): void;
  /** Shows a frame; settles when all of it is there. Rejects with what the page threw. */
  seek(index: number): Promise<ShownFrame>;
  /** What the page waits for at this moment, in words for a person: empty when for nothing. */
  waitingFor(): string;
  /** For the document that this one is a frame of. */
  readonly clock: VirtualClock;
  readonly time: PageTime;
  readonly assets: PageAssets;
  readonly media: PageMedia;
  /** What the page shows that a canvas does not draw as the browser does, in words for a person: empty when nothing. */
  undrawable(): string;
  readonly wholePicture: WholePicture | undefined;
}

/** What there is to say of a frame that is shown. */
export interface ShownFrame {
  readonly sounds: PageSound[];
  /** What cannot be shown or heard, in words for a person. */
  readonly problems: string[];
  /** Media that could not be loaded, and why. */
  readonly failed: string[];
}

/** Runs in the page. A page that cannot be set to any time is taken through all that happens on the way. */
export function createPageDriver(
  {
    clock,
    time,
    assets,
    media,
    undrawable,
    wholePicture,
  }: Pick<PageDriver, 'clock' | 'time' | 'assets' | 'media' | 'undrawable' | 'wholePicture'>,
  openFilm: () => OpenContract,
  sequential: boolean,
): PageDriver {
  let film: OpenContract | undefined;
  let rate = { numerator: 30, denominator: 1 };
  let last = -1;
  let waiting = '';

  /** What is waited for may need timers and animation frames, although the page's time stands still. */
  const until = async (isDone: () => boolean, what: string, since: number, ahead: () => number) => {
    waiting = what;
    for (let round = 0; !isDone(); round += 1) {
      await clock.pause(round < 8 ? 0 : 4); // At first only tasks: most need no more.
      if (!isDone()) clock.runEarly(since, ahead());
    }
    waiting = '';
  };

  const settled = async (promise: PromiseLike<unknown>, what: string, since: number, ahead: () => number) => {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    promise.then(done, done);
    await until(() => isDone, what, since, ahead);
    await promise; // Throws what it was rejected with.
  };

  const open = async (): Promise<OpenContract> => {
    const opened = openFilm();
    const began = clock.realNow();
    const passed = () => clock.realNow() - began;
    const ready = `${opened.name} to be ready`;
    for (const promise of opened.promises) await settled(promise, ready, 0, passed);
    const isDone = () => opened.waitsFor() === '';
    if (!isDone()) await until(isDone, opened.waitsFor(), 0, passed);
    if (opened.settled) await settled(opened.settled(), ready, 0, passed);
    const { gsap } = window as { gsap?: { ticker?: { lagSmoothing?(threshold: number): void } } };
    gsap?.ticker?.lagSmoothing?.(0); // It would take frames far apart for a stall.
    return opened;
  };

  const foreignFrames = () =>
    [...document.querySelectorAll('iframe')]
      .filter((frame) => !frame.contentDocument)
      .map((frame) => `frame of another origin: ${frame.src || 'sandboxed'}`);

  const seekFilm = async (seconds: number) => {
    if (!film?.seek) return;
    const since = clock.lastId();
    const pending = film.seek(seconds) as PromiseLike<unknown> | undefined;
    const what = `seek(${Number(seconds.toFixed(4))}) of ${film.name}`;
    if (typeof pending?.then === 'function')
      await settled(pending, what, since, () => Number.POSITIVE_INFINITY);
    time.discover(!sequential); // A transition that a jump begins would depend on where the jump came from.
    time.show();
  };

  /** What has loaded may go on from there, in every worker at the same time. */
  const step = async (ms: number) => {
    await time.step(ms);
    if (!assets.areReady()) await assets.settle();
    time.discover();
  };

  return {
    clock,
    time,
    assets,
    media,
    undrawable,
    wholePicture,
    async describe() {
      film ??= await open();
      time.discover(); // Media that have come are loaded with the page.
      await assets.settle();
      const description = film.describe();
      const failed = media.failed();
      return {
        ...description,
        ...(failed.length > 0 ? { failed } : {}),
        hasMedia: media.exist(),
        unsupported: [...description.unsupported, ...media.problems(), ...foreignFrames()],
      };
    },
    setFrameRate(numerator, denominator) {
      rate = { numerator, denominator };
    },
    async seek(index) {
      const { numerator, denominator } = rate;
      film ??= await open();
      const timeOf = (frame: number) => (frame * 1000 * denominator) / numerator;
      const frameAt = (ms: number) => {
        let frame = Math.ceil((ms * numerator) / (1000 * denominator));
        while (timeOf(frame) < ms) frame += 1; // Rounding may have been off by one, either way.
        while (timeOf(frame - 1) >= ms) frame -= 1;
        return frame;
      };
      time.discover();
      for (last += 1; last < index; last += 1) {
        const change = time.nextChange();
        if (sequential) {
          await step(timeOf(last));
          await seekFilm((last * denominator) / numerator);
        } else if (film.seek || change > timeOf(index)) break;
        else {
          if (change > timeOf(last)) last = Math.min(index, frameAt(change));
          if (last < index) await step(timeOf(last));
        }
      }
      last = index;
      await time.step(timeOf(index));
      if (!media.areReady(true)) await media.begin(true);
      await seekFilm((index * denominator) / numerator);
      if (media.tookStale()) {
        await media.begin(true);
        await seekFilm((index * denominator) / numerator); // It draws videos: now they are of this moment.
      }
      if (!assets.areReady()) await assets.settle();
      wholePicture?.watch();
      return { sounds: media.sounds(), problems: media.problems(), failed: media.failed() };
    },
    waitingFor: () => waiting || assets.missing().join('; '),
  };
}
