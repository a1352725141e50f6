/// <reference lib="dom" />
import type { SoundRun } from '../../../frames/sound';
import type { VirtualClock } from './clock';
import type { MediaAnswer } from './mediaAnswer';

/** Where an element is in its media, by somebody else than the page's scripts. In seconds of the film and of the media. */
export interface MediaPlacement {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly rate: number;
  readonly loop: boolean;
  /** Where a loop begins again. Default 0. */
  readonly loopFrom?: number;
  /** How loud it is, whatever the element's own volume is. */
  readonly volume?: number;
}

/** A stretch that is heard, whose `media` is the id that the page knows, and not the path. */
export type PageSound = SoundRun;

/** One `<audio>` or `<video>`, as the page sees it. */
export interface MediaState {
  readonly element: HTMLMediaElement;
  /** Its place among the page's elements: the same in every worker. */
  readonly ordinal: string;
  source: string | undefined;
  info: MediaAnswer | undefined;
  error: string | undefined;
  paused: boolean;
  hasPlayed: boolean;
  /** Seeks that have not been told to be done. */
  seeks: number;
  /** Whether it plays by itself, now and with every other source. */
  autoplays: boolean;
  /** Whether it was in the document when that was last looked at. */
  wasConnected: boolean;
  /** At `at`, in milliseconds on the page's clock, it was `from` seconds into its media, and went on at `rate`. */
  at: number;
  from: number;
  rate: number;
  placement: MediaPlacement | undefined;
  /** What was heard and has ended since that was last asked. */
  ended: PageSound[];
}

/** Where elements are in their media, by the page's clock. */
export interface MediaTimeline {
  create(element: HTMLMediaElement, ordinal: string): MediaState;
  /** Seconds into the media. */
  position(state: MediaState): number;
  hasEnded(state: MediaState): boolean;
  isPlaying(state: MediaState): boolean;
  /** Milliseconds from now to its end, or `Infinity`. */
  untilEnd(state: MediaState): number;
  start(state: MediaState): void;
  stop(state: MediaState): void;
  /** Goes on from another position, or at another rate. */
  move(state: MediaState, from: number, rate: number): void;
  /** Index of the picture that is shown: the last one that has begun; undefined without pictures. */
  frame(state: MediaState): number | undefined;
  /** What is heard now, or has been since this was last asked. */
  sounds(state: MediaState): PageSound[];
}

/** Runs in the page. */
export function createMediaTimeline(clock: VirtualClock): MediaTimeline {
  const EARLY = 1e-6; // s: what sums of decimal fractions may be off.
  const filmTime = () => (clock.origin + clock.now()) / 1000;
  const lengthOf = ({ info }: MediaState) => info?.duration ?? Number.POSITIVE_INFINITY;

  const wrapped = (position: number, length: number, loops: boolean, first = 0) => {
    if (position < length - EARLY || length === 0) return Math.max(0, position);
    return loops && first < length ? first + ((position - first) % (length - first)) : length;
  };

  const position = (state: MediaState): number => {
    const { placement, element, paused, from, at, rate } = state;
    if (placement) {
      const time = Math.min(Math.max(filmTime(), placement.start), placement.end);
      return wrapped(
        placement.from + (time - placement.start) * placement.rate,
        lengthOf(state),
        placement.loop,
        placement.loopFrom,
      );
    }
    if (paused) return from;
    return wrapped(from + ((clock.now() - at) / 1000) * rate, lengthOf(state), element.loop);
  };

  const hasEnded = (state: MediaState) =>
    !state.element.loop &&
    !state.placement &&
    position(state) >= lengthOf(state) - EARLY &&
    state.info !== undefined;

  const isPlaying = (state: MediaState) => {
    const { placement, paused } = state;
    if (!placement) return !paused && !hasEnded(state);
    return filmTime() >= placement.start - EARLY && filmTime() < placement.end - EARLY;
  };

  const volumeOf = ({ element, placement }: MediaState) =>
    placement?.volume ?? (element.muted ? 0 : element.volume);

  const run = (state: MediaState, end = Number.POSITIVE_INFINITY): PageSound | undefined => {
    const { info, placement, ordinal, at, from, rate, element } = state;
    if (!info?.hasAudio) return undefined;
    const { start, ...rest } = placement ?? {
      start: (clock.origin + at) / 1000,
      ...{ from, rate, loop: element.loop, loopFrom: 0, end: Number.POSITIVE_INFINITY },
    };
    const id = [ordinal, info.id, start, rest.from, rest.rate].join(' ');
    const last = Math.min(end, rest.end);
    return {
      ...{ id, media: info.id, start, from: rest.from, rate: rest.rate, loop: rest.loop },
      ...(rest.loop ? { duration: info.duration, loopFrom: rest.loopFrom ?? 0 } : {}),
      ...(Number.isFinite(last) ? { end: last } : {}),
      volume: volumeOf(state),
    };
  };

  const endRun = (state: MediaState) => {
    if (state.paused || state.placement || clock.now() === state.at) return;
    const ended = run(state, (clock.origin + clock.now()) / 1000);
    if (ended) state.ended.push(ended);
  };

  return {
    create: (element, ordinal) => ({
      ...{ element, ordinal, source: undefined, info: undefined, error: undefined },
      ...{
        paused: true,
        hasPlayed: false,
        seeks: 0,
        autoplays: false,
        wasConnected: false,
        at: 0,
        from: 0,
        rate: element.playbackRate,
      },
      ...{ placement: undefined, ended: [] },
    }),
    position,
    hasEnded,
    isPlaying,
    untilEnd(state) {
      if (state.paused || state.element.loop || !state.info || state.rate <= 0)
        return Number.POSITIVE_INFINITY;
      return Math.max(0, ((state.info.duration - position(state)) / state.rate) * 1000);
    },
    start(state) {
      state.from = hasEnded(state) ? 0 : position(state);
      Object.assign(state, { paused: false, hasPlayed: true, at: clock.now() });
    },
    stop(state) {
      const from = position(state);
      endRun(state);
      Object.assign(state, { paused: true, from, at: clock.now() });
    },
    move(state, from, rate) {
      endRun(state);
      Object.assign(state, { from: Math.min(Math.max(0, from), lengthOf(state)), rate, at: clock.now() });
    },
    frame(state) {
      const times = state.info?.times;
      if (!times?.length) return undefined;
      const time = position(state) + EARLY;
      let [low, high] = [0, times.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((times[middle] as number) <= time) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    sounds(state) {
      const { ended, placement } = state;
      state.ended = [];
      const NEAR = 0.25; // s: a clip that begins and ends between two frames is told of by one of them.
      const isNear = placement && filmTime() > placement.start - NEAR && filmTime() < placement.end + NEAR;
      const now = (placement ? isNear : isPlaying(state)) ? run(state) : undefined;
      return now ? [...ended, now] : ended;
    },
  };
}
