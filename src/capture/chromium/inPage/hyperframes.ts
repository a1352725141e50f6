/// <reference lib="dom" />

/** A composition in HyperFrames' authored form, played without its runtime. Times are in seconds. */
export interface Composition {
  readonly width: number | undefined;
  readonly height: number | undefined;
  duration(): number | undefined;
  /** Compositions without a timeline: a page may still be about to register it. */
  missingTimelines(): string[];
  /** What the page uses of that form and is not played. */
  unsupported(): string[];
  /** When the clip around an element begins: when its CSS animations do. */
  clipStart(element: Element): number;
  seek(time: number): void;
}

/**
 * Runs in the page. The rules are those of HyperFrames 0.8 as its runtime implements them: a clip is any element with
 * `data-start`, shown from its start up to, and not including, its end, or until the very end of the composition.
 */
export function openComposition(): Composition | undefined {
  interface Timeline {
    pause?(): void;
    duration?(): number;
    totalDuration?(): number;
    totalTime?(time: number, suppressEvents?: boolean): void;
    seek?(time: number, suppressEvents?: boolean): void;
  }
  const found =
    document.querySelector<HTMLElement>('[data-composition-id][data-root="true"]') ??
    document.querySelector<HTMLElement>('[data-composition-id]');
  if (!found) return undefined;
  const root = found;
  const EARLY = 1e-9; // What sums of decimal fractions may be off.

  const idOf = (element: Element) => element.getAttribute('data-composition-id') ?? '';
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const byId = (id: string) =>
    document.getElementById(id) ?? all('[data-composition-id]').find((element) => idOf(element) === id);

  const read = (element: Element, name: string): number | undefined => {
    const text = element.getAttribute(name)?.trim();
    return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
  };

  const timelines = (): Record<string, Timeline> => {
    const { __timelines: given = {} } = window as { __timelines?: Record<string, Timeline> | Timeline[] };
    if (!Array.isArray(given)) return given;
    if (given.length === 1) return { [idOf(root)]: given[0] as Timeline };
    return Object.fromEntries(given.map((timeline, index) => [`tl-${index}`, timeline]));
  };

  const lengthOf = (timeline: Timeline | undefined): number | undefined => {
    const length = Number(timeline?.duration?.());
    return length > 0 && length < 1e6 ? length : undefined; // Endless ones have a duration of 10^10 s and more.
  };

  const trimOf = (element: Element) =>
    read(element, 'data-playback-start') ?? read(element, 'data-media-start') ?? 0;

  // A number counts from the start of the composition around; `id + 0.5` from the end of that element.
  const startOf = (element: Element, seen = new Set<Element>()): number => {
    const text = element.getAttribute('data-start')?.trim();
    if (!text || seen.has(element)) return 0;
    seen.add(element);
    const seconds = read(element, 'data-start');
    if (seconds !== undefined) {
      const around = (element.hasAttribute('data-composition-id') ? element.parentElement : element)?.closest(
        '[data-composition-id]',
      );
      return Math.max(0, seconds) + (around ? startOf(around, seen) - trimOf(around) : 0);
    }
    const [, id = '', sign, offset = 0] = /^([\w.:-]+?)(?:\s*([+-])\s*(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
    const other = byId(id);
    if (!other) return 0;
    return startOf(other, seen) + (durationOf(other) ?? 0) + Number(offset) * (sign === '-' ? -1 : 1);
  };

  const durationOf = (element: Element): number | undefined => {
    const duration = read(element, 'data-duration');
    if (duration !== undefined && duration > 0) return duration;
    const end = read(element, 'data-end');
    if (end !== undefined && end > startOf(element)) return end - startOf(element);
    return element.hasAttribute('data-composition-id') ? lengthOf(timelines()[idOf(element)]) : undefined;
  };

  const endOf = (element: Element) => startOf(element) + (durationOf(element) ?? Number.POSITIVE_INFINITY);

  const duration = (): number | undefined => {
    const authored = read(root, 'data-duration');
    if (authored !== undefined && authored > 0) return authored;
    const ends = all('[data-start]')
      .filter((element) => element !== root)
      .map(endOf);
    const longest = Math.max(lengthOf(timelines()[idOf(root)]) ?? 0, ...ends.filter(Number.isFinite));
    return longest > 0 ? longest : undefined;
  };

  const place = (timeline: Timeline, time: number) => {
    timeline.pause?.();
    if (timeline.totalTime) timeline.totalTime(Math.min(time, timeline.totalDuration?.() ?? time), false);
    else timeline.seek?.(time, false);
  };

  const playTimelines = (time: number) => {
    for (const [id, timeline] of Object.entries(timelines())) {
      const host = byId(id);
      if (!timeline || (!host && id !== idOf(root))) continue;
      if (!host || host === root) place(timeline, time);
      else place(timeline, Math.max(0, trimOf(host) + Math.min(time, endOf(host)) - startOf(host)));
    }
  };

  const showClips = (time: number) => {
    const last = duration() ?? Number.POSITIVE_INFINITY;
    const isOn = (clip: Element) => {
      if (time < startOf(clip) - EARLY) return false;
      const end = endOf(clip);
      return time < end - EARLY || (end >= last - 1e-6 && time >= last - 1e-6);
    };
    const isShown = (clip: Element): boolean => {
      if (clip.hasAttribute('data-hidden') || !isOn(clip)) return false;
      const around = clip.parentElement?.closest('[data-start]'); // "visible" would show it in a hidden one.
      return !around || around === root || clip === root || !root.contains(around) || isShown(around);
    };
    for (const clip of all('[data-start]')) clip.style.visibility = isShown(clip) ? 'visible' : 'hidden';
  };

  for (const element of [document.documentElement, document.body]) {
    Object.assign(element.style, { margin: '0', padding: '0', overflow: 'hidden' });
  }

  return {
    width: read(root, 'data-width'),
    height: read(root, 'data-height'),
    duration,
    missingTimelines: () => {
      const ids = all('[data-composition-id]:not([data-no-timeline])').map(idOf);
      return ids.filter((id) => !timelines()[id]);
    },
    unsupported: () => {
      const names = [
        'composition-src',
        'composition-file',
        'composition-variables',
        'variable-values',
        'var-src',
      ];
      names.push('var-text', 'automation', 'fx-chain', 'vfx-chain', 'color-grading', 'lottie-src');
      names.push('requires-webgpu', 'playback-rate');
      const selectors = ['audio', 'video', ...names.map((name) => `[data-${name}]`)];
      return selectors
        .filter((selector) => document.querySelector(selector))
        .map((text) => text.replace(/[[\]]/g, ''));
    },
    clipStart: (element) => {
      const clip = element.closest('[data-start]');
      return clip ? startOf(clip) : 0;
    },
    seek(time) {
      playTimelines(time);
      showClips(time);
    },
  };
}
