/// <reference lib="dom" />
import type { ClipTimes } from './clipTimes';

/**
 * Runs in the page. Returns what tells, when the runtime has sought to a time of the film, how loud an element is then;
 * undefined where that is what its `volume` says.
 *
 * The runtime sets `volume` by what it was before, and would say something else to each worker. So the element's own
 * `data-volume` is set, and the tweens of it are rendered anew: a tween that has ended is not by itself.
 */
export function readVolumes({
  startOf,
  lengthOf,
}: ClipTimes): (seconds: number) => (element: HTMLMediaElement) => number | undefined {
  interface Tween {
    readonly vars: Record<string, unknown>;
    readonly parent?: { time(): number };
    targets(): unknown[];
    startTime(): number;
    totalTime(): number;
    render(time: number, suppressEvents: boolean, force: boolean): void;
  }
  interface Timeline {
    getChildren?(nested: boolean, tweens: boolean, timelines: boolean): Tween[];
  }
  const LOUDEST = 10 ** (12 / 20); // As HyperFrames' renderer has it: 12 dB.
  const read = (element: Element, name: string) => {
    const value = Number.parseFloat(element.getAttribute(name) ?? '');
    return Number.isFinite(value) ? value : undefined;
  };
  const timelines = () =>
    Object.values((window as { __timelines?: Record<string, Timeline> }).__timelines ?? {});

  const ofVolume = ({ vars }: Tween) =>
    'volume' in vars || ('keyframes' in vars && JSON.stringify(vars.keyframes).includes('"volume"'));

  const hasEffect = (tween: Tween) => {
    const { vars, parent } = tween;
    const isRenderedEarly = ('startAt' in vars || 'runBackwards' in vars) && vars.immediateRender !== false;
    return isRenderedEarly || parent === undefined || parent.time() >= tween.startTime();
  };

  /** What tweens make of an element's volume. They may set more than 1, which an element itself refuses. */
  const tweened = (element: HTMLMediaElement, tweens: readonly Tween[], from: number): number => {
    let volume = from;
    Object.defineProperty(element, 'volume', {
      configurable: true,
      get: () => volume,
      set: (value: number) => {
        volume = Number(value);
      },
    });
    try {
      for (const tween of tweens) {
        if (hasEffect(tween)) tween.render(tween.totalTime(), true, true);
      }
    } finally {
      delete (element as { volume?: number }).volume;
    }
    return volume;
  };

  /** From 0 to 1 and back, by `data-fade-in` and `data-fade-out`: in proportion where there is no room for both. */
  const fade = (element: HTMLMediaElement, seconds: number) => {
    const length = lengthOf(element) ?? Number.POSITIVE_INFINITY;
    const [fadeIn, fadeOut] = ['data-fade-in', 'data-fade-out'].map((name) =>
      Math.max(0, read(element, name) ?? 0),
    );
    const both = (fadeIn ?? 0) + (fadeOut ?? 0);
    const share = both > length ? length / both : 1;
    const ramp = (passed: number, whole = 0) =>
      whole > 0 ? Math.min(1, Math.max(0, passed / (whole * share))) : 1;
    const passed = seconds - startOf(element);
    return ramp(passed, fadeIn) * ramp(length - passed, fadeOut);
  };

  const volumeTweens = () => {
    const children = timelines().flatMap((timeline) => timeline.getChildren?.(true, true, false) ?? []);
    return [...new Set(children)].filter(ofVolume);
  };

  return (seconds) => {
    let all: Tween[] | undefined; // Of a film without sound, nobody looks for them.
    return (element) => {
      if (element.hasAttribute('data-automation')) return undefined;
      all ??= volumeTweens();
      const tweens = all.filter((tween) => tween.targets().includes(element));
      const own = read(element, 'data-volume') ?? 1;
      const volume = tweens.length > 0 ? tweened(element, tweens, own) : own;
      return Math.min(LOUDEST, Math.max(0, volume)) * fade(element, seconds);
    };
  };
}
