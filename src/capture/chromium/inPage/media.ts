/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { InnerFrames } from './iframes';
import type { MediaPictures } from './mediaPictures';
import type { MediaPlacement, MediaState, MediaTimeline, PageSound } from './mediaTimeline';
import type { PageRoots } from './roots';

/** The `<video>` and `<audio>` of one document, and of the frames in it. */
export interface PageMedia {
  /** Takes hold of elements and sources that have come, at the time at which they came. */
  discover(): void;
  /** Says where an element is in its media, whatever the page's scripts do with it; undefined gives it back to them. */
  place(element: HTMLMediaElement, placement: MediaPlacement | undefined): void;
  /** What is known of an element. */
  stateOf(element: HTMLMediaElement): MediaState;
  /** Whether all that is in the picture shows its moment. With `isRead`, only what the page's scripts may read is meant. */
  areReady(isRead?: boolean): boolean;
  /** Fetches what is not ready. Rejects when a picture cannot be had. */
  begin(isRead?: boolean): Promise<unknown>;
  /** What is fetched at this moment, in words for a person. */
  missing(): string[];
  /** Whether there are any. */
  exist(): boolean;
  /** What is heard around this moment. */
  sounds(): PageSound[];
  /** What cannot be shown or heard, in words for a person: each thing once. */
  problems(): string[];
  /** Sources that could not be loaded, and why: each once. */
  failed(): string[];
  /** Notes something that cannot be shown or heard. */
  report(problem: string): void;
  /** Says that the page's scripts draw an element. Whether what they got was of another moment. */
  markRead(element: HTMLVideoElement): void;
  /** Whether something was drawn that was of another moment, since this was last asked. */
  tookStale(): boolean;
  /** Begins to play. Settles when it can. */
  play(element: HTMLMediaElement): Promise<void>;
  pause(element: HTMLMediaElement): void;
  /** Goes to a position, in seconds. */
  seek(element: HTMLMediaElement, position: number): void;
  /** Begins anew with what the element's source is now. */
  reload(element: HTMLMediaElement): void;
}

/** Runs in the page, before its own scripts. */
export function holdMedia(
  clock: VirtualClock,
  roots: PageRoots,
  timeline: MediaTimeline,
  pictures: MediaPictures,
  frames: InnerFrames,
): PageMedia {
  const states = new Map<HTMLMediaElement, MediaState>();
  const loads = new Map<MediaState, Promise<void>>();
  const read = new WeakSet<MediaState>();
  const told = new Set<string>();
  const unheard = new Set<string>();
  const failures = new Set<string>();
  const children = () => frames.drivers().map(({ media }) => media);
  const later = window.setTimeout.bind(window); // On the page's clock.
  let isStale = false;

  const tell = (element: HTMLMediaElement, type: string) => element.dispatchEvent(new Event(type));
  const tellSoon = (element: HTMLMediaElement, ...types: string[]) =>
    void clock.pause().then(() => {
      for (const type of types) tell(element, type);
    });

  const nameOf = ({ element, source = '' }: MediaState) =>
    `${element.localName} ${source.startsWith('data:') ? source.slice(0, 30) : source.split(/[?#]/)[0]?.split('/').pop()}`;

  const report = (problem: string) => {
    if (!told.has(problem)) unheard.add(problem);
    told.add(problem);
  };

  /** Nobody hears what stands still or goes backwards; what FFmpeg cannot play at its rate is said. */
  const isHeard = (state: MediaState, { rate, volume }: PageSound) => {
    const canBe = rate >= 0.1 && rate <= 5;
    if (!canBe && rate > 0 && volume > 0)
      report(`${nameOf(state)}: not heard at ${rate} times its rate, only at 0.1 to 5`);
    return canBe;
  };

  const sourceOf = (element: HTMLMediaElement): string | undefined => {
    if (element.srcObject) report(`${element.localName} with srcObject: a live stream cannot be rendered`);
    if (element.hasAttribute('src')) return element.src || undefined;
    return element.querySelector('source')?.src || undefined;
  };

  const load = (state: MediaState) => {
    const { element } = state;
    Object.assign(state, { info: undefined, error: undefined, hasPlayed: false, from: 0, at: clock.now() });
    tellSoon(element, 'loadstart');
    const loading = pictures
      .load(state, (type) => tell(element, type))
      .then(() => {
        if (loads.get(state) === loading) loads.delete(state);
        if (state.error) failures.add(`${nameOf(state)}: ${state.error}`);
        if (state.info?.problem) report(`${nameOf(state)}: ${state.info.problem}`);
        scheduleEnd(state);
      });
    loading.catch(() => {}); // It fails the frame that waits for it.
    loads.set(state, loading);
  };

  const sync = (state: MediaState) => {
    const { element } = state;
    const source = sourceOf(element);
    const { isConnected } = element;
    if (state.wasConnected && !isConnected) self.pause(element);
    state.wasConnected = isConnected;
    if (element.autoplay) state.autoplays = true;
    const begins = source !== state.source || element.autoplay;
    if (source !== state.source) {
      if (state.source !== undefined) timeline.stop(state); // Another source plays when it is told to.
      state.source = source;
      if (source) load(state);
    }
    if (state.autoplays && begins && source) {
      element.autoplay = false; // The browser itself shall not play what it could load, such as a data: URL.
      void self.play(element).catch(() => {});
    }
  };

  const stateOf = (element: HTMLMediaElement): MediaState => {
    let state = states.get(element);
    if (state) return state;
    state = timeline.create(element, `${clock.origin} ${states.size}`);
    states.set(element, state);
    element.controls = false; // They would be those of an element without media; as is the button for casting.
    if (element instanceof HTMLVideoElement) element.disableRemotePlayback = true;
    for (const type of NATIVE) element.addEventListener(type, silence, true);
    return state;
  };

  const silence = (event: Event) => event.isTrusted && event.stopImmediatePropagation();
  const LOADING =
    'loadstart progress suspend abort error emptied stalled loadedmetadata loadeddata canplay canplaythrough';
  const PLAYING = 'playing waiting seeking seeked ended durationchange timeupdate play pause resize';
  const NATIVE = `${LOADING} ${PLAYING}`.split(' ');
  for (const type of NATIVE) {
    const guard = (event: Event) => event.target instanceof HTMLMediaElement && silence(event);
    window.addEventListener(type, guard, true);
  }

  const scheduleEnd = (state: MediaState) => {
    const wait = timeline.untilEnd(state);
    if (state.placement || !Number.isFinite(wait)) return;
    const { at } = state;
    later(() => {
      if (state.paused || state.at !== at || !timeline.hasEnded(state)) return;
      timeline.stop(state);
      for (const type of ['timeupdate', 'pause', 'ended']) tell(state.element, type);
    }, Math.ceil(wait));
  };

  const tick = (state: MediaState, at: number) =>
    later(() => {
      if (state.paused || state.at !== at) return;
      tell(state.element, 'timeupdate');
      tick(state, at);
    }, 250);

  const isVideo = ({ info }: MediaState) => info?.times !== undefined;
  const isRendered = ({ element }: MediaState) => element.isConnected && element.getClientRects().length > 0;
  // What plays without being in the picture is there for a canvas.
  const mayBeRead = (state: MediaState) =>
    read.has(state) || (isVideo(state) && timeline.isPlaying(state) && !isRendered(state));
  const wanted = (isRead = false) =>
    [...states.values()].filter(
      (state) => mayBeRead(state) || (!isRead && isVideo(state) && isRendered(state)),
    );
  const late = (isRead?: boolean) => wanted(isRead).filter((state) => !pictures.isCurrent(state));

  const self: PageMedia = {
    discover() {
      for (const element of roots.query<HTMLMediaElement>('audio,video')) stateOf(element);
      for (const state of states.values()) sync(state);
    },
    place(element, placement) {
      const state = stateOf(element);
      sync(state);
      state.placement = placement;
    },
    stateOf,
    areReady: (isRead) =>
      loads.size === 0 && late(isRead).length === 0 && children().every((child) => child.areReady(isRead)),
    begin: (isRead) =>
      Promise.all([
        ...loads.values(),
        ...late(isRead).map(pictures.refresh),
        ...frames.drivers().map((driver) => frames.whileThere(driver, driver.media.begin(isRead))),
      ]),
    missing: () => [
      ...[...loads.keys(), ...late()].map(nameOf),
      ...children().flatMap((child) => child.missing()),
    ],
    exist: () => states.size > 0 || children().some((child) => child.exist()),
    sounds: () => [
      ...[...states.values()].flatMap((state) =>
        timeline.sounds(state).filter((sound) => isHeard(state, sound)),
      ),
      ...children().flatMap((child) => child.sounds()),
    ],
    problems() {
      const own = [...unheard];
      unheard.clear();
      return [...own, ...children().flatMap((child) => child.problems())];
    },
    failed() {
      const own = [...failures].filter((failure) => !told.has(failure));
      for (const failure of own) told.add(failure);
      return [...own, ...children().flatMap((child) => child.failed())];
    },
    report,
    markRead(element) {
      const state = stateOf(element);
      read.add(state);
      isStale ||= isVideo(state) && !pictures.isCurrent(state);
    },
    tookStale() {
      const stale = isStale;
      isStale = false;
      return stale;
    },
    async play(element) {
      const state = stateOf(element);
      sync(state);
      const begins = state.paused;
      if (begins) {
        timeline.start(state);
        tellSoon(element, 'play');
        tick(state, state.at);
        if (state.info) scheduleEnd(state);
      }
      await (loads.get(state) ?? clock.pause());
      if (state.error || !state.source) {
        throw new DOMException('The element has no supported sources.', 'NotSupportedError');
      }
      if (state.paused && !timeline.hasEnded(state))
        throw new DOMException('The play() request was interrupted by a call to pause().', 'AbortError');
      if (begins) tell(element, 'playing');
    },
    pause(element) {
      const state = stateOf(element);
      element.autoplay = false;
      if (state.paused) return;
      timeline.stop(state);
      tellSoon(element, 'timeupdate', 'pause');
    },
    seek(element, position) {
      const state = stateOf(element);
      sync(state);
      timeline.move(state, position, state.rate);
      state.hasPlayed = true; // From here on it shows its frames, and no poster.
      state.seeks += 1;
      tellSoon(element, 'seeking');
      const done = async () => {
        await loads.get(state);
        if (isVideo(state) && !pictures.isCurrent(state)) await pictures.refresh(state);
        state.seeks -= 1;
        tell(element, 'timeupdate');
        if (state.seeks === 0) tell(element, 'seeked');
      };
      scheduleEnd(state);
      void clock
        .pause()
        .then(done)
        .catch(() => {}); // A picture that cannot be had fails the frame as well.
    },
    reload(element) {
      const state = stateOf(element);
      state.source = undefined;
      timeline.stop(state);
      sync(state);
    },
  };
  return self;
}
