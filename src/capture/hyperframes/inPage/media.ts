/// <reference lib="dom" />

/** What an element plays when, in seconds: at `from + (t - start) * rate` while `start <= t < end`. */
export interface MediaPlacement {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly rate: number;
  readonly loop: boolean;
}

/**
 * Runs in the page. Returns what tells Filmgate where each timed `<video>` and `<audio>` of a composition plays: to be
 * called whenever that may have changed. The rules are those of HyperFrames' runtime, which sets the volumes itself.
 */
export function mediaPlacer(): () => void {
  type Place = (element: HTMLMediaElement, placement: MediaPlacement | undefined) => void;
  const placed = new Map<HTMLMediaElement, string>();

  const read = (element: Element, name: string): number | undefined => {
    const text = element.getAttribute(name)?.trim();
    return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
  };
  const rateOf = (element: Element) => Math.min(5, Math.max(0.1, read(element, 'data-playback-rate') || 1));
  const trimOf = (element: Element) =>
    Math.max(0, read(element, 'data-playback-start') ?? read(element, 'data-media-start') ?? 0);
  const around = (element: Element) => element.parentElement?.closest('[data-composition-id]') ?? undefined;
  const byId = (id: string) =>
    document.getElementById(id) ?? document.querySelector(`[data-composition-id="${CSS.escape(id)}"]`);

  /** From the start of the composition around it; `id + 0.5` counts from the end of that element. */
  const startOf = (element: Element, seen = new Set<Element>()): number => {
    if (seen.has(element)) return 0;
    seen.add(element);
    const text = element.getAttribute('data-start')?.trim() ?? '';
    const seconds = read(element, 'data-start');
    const host = around(element);
    if (seconds !== undefined || text === '') {
      const isGlobal = element.getAttribute('data-hf-media-start-basis')?.trim().toLowerCase() === 'global';
      return Math.max(0, (host && !isGlobal ? startOf(host, seen) : 0) + Math.max(0, seconds ?? 0));
    }
    const [, id = '', sign, offset = 0] = /^([\w.:-]+?)(?:\s*([+-])\s*(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
    const other = byId(id);
    if (!other) return host ? startOf(host, seen) : 0;
    const end = startOf(other, seen) + (lengthOf(other) ?? 0);
    return Math.max(0, end + Number(offset) * (sign === '-' ? -1 : 1));
  };

  const naturalLength = (element: HTMLMediaElement) =>
    Number.isFinite(element.duration)
      ? Math.max(0, element.duration - trimOf(element)) / rateOf(element)
      : undefined;

  const lengthOf = (element: Element): number | undefined => {
    const said = read(element, 'data-duration') ?? read(element, 'data-hf-authored-duration');
    if (said !== undefined && said > 0) return said;
    const end = read(element, 'data-end') ?? read(element, 'data-hf-authored-end');
    const start = read(element, 'data-start') ?? 0;
    if (end !== undefined && end > start) return end - start;
    if (element instanceof HTMLMediaElement) return naturalLength(element);
    const { __timelines = {} } = window as { __timelines?: Record<string, { duration?(): number }> };
    const length = Number(__timelines[element.getAttribute('data-composition-id') ?? '']?.duration?.());
    return length > 0 && Number.isFinite(length) ? length : undefined;
  };

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

  return () => {
    const { __filmgate } = window as unknown as { __filmgate?: { media?: { place?: Place } } };
    const media = __filmgate?.media;
    if (!media?.place) return;
    const timed = [...document.querySelectorAll<HTMLMediaElement>('video, audio')].filter(
      (element) => element.hasAttribute('data-start') || around(element),
    );
    for (const element of timed) {
      const start = startOf(element);
      const placement = {
        start,
        end: endOf(element, start),
        from: trimOf(element),
        rate: rateOf(element),
        loop:
          element.loop ||
          element.getAttribute('data-loop') === 'true' ||
          element.getAttribute('data-loop') === '',
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
