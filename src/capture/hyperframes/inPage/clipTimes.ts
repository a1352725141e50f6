/// <reference lib="dom" />

/** When the clips of a composition are shown, in seconds of the film. */
export interface ClipTimes {
  /** From the start of the composition around it; `data-start="id + 0.5"` counts from the end of that element. */
  startOf(element: Element): number;
  /** As it says, or as its timeline or its file is; undefined while neither is known. */
  lengthOf(element: Element): number | undefined;
  /** How long a file plays on the timeline, if it is known. */
  naturalLength(element: HTMLMediaElement): number | undefined;
  /** Where in its file an element begins. */
  trimOf(element: Element): number;
  rateOf(element: Element): number;
  /** The composition around an element. */
  around(element: Element): Element | undefined;
}

/** Runs in the page. The rules are those of HyperFrames' runtime, which does not tell its results. */
export function readClipTimes(): ClipTimes {
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

  return { startOf: (element) => startOf(element), lengthOf, naturalLength, trimOf, rateOf, around };
}
