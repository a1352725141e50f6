/// <reference lib="dom" />

/** How HyperFrames' runtime is played. */
export interface PlayerSettings {
  /** Frames a second, to which the runtime rounds the times that it is asked for. */
  readonly fps: number;
  /** Values of variables, by their ids. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Runs in the page, before its own scripts: is to HyperFrames' runtime what its own renderer is. It sets what tells the
 * runtime and the packages around it that a video is rendered, and offers `window.__hf = { duration, seek }`, the
 * contract between them, once the runtime's player is there.
 */
export function playComposition(
  { fps, variables }: PlayerSettings,
  afterSeek: readonly ((seconds: number) => void)[],
): void {
  if (window !== parent) return;
  interface Player {
    getDuration(): number;
    renderSeek(seconds: number): void;
  }
  interface Child {
    readonly parent?: Child;
    startTime(): number;
    timeScale(): number;
  }
  interface Timeline extends Child {
    totalTime?(time?: number, suppressEvents?: boolean): unknown;
    getChildren?(nested: boolean, tweens: boolean, timelines: boolean): Child[];
  }
  const page = window as unknown as {
    __player?: Player;
    __renderReady?: boolean;
    __hfTimelinesBuilding?: boolean;
    __hf: Record<string, unknown>;
    __timelines: Record<string, Timeline>;
    __filmgate: { clock: { hasFrameCallbacks(): boolean; runFrameCallbacks(): void } };
  };

  Object.assign(window, {
    __hf: {},
    __timelines: {},
    __hfVariables: variables,
    __HF_RENDER_CAPTURE_MODE: true,
    __HF_EXPORT_RENDER_SEEK_CONFIG: {
      mode: 'preview-phase',
      diagnostics: false,
      step: 1 / 120,
      offsetFraction: 0.5,
      fps,
      fpsSource: 'render-options',
      owner: 'runtime',
    },
    // By it, packages such as shader-transitions know a render. Time is the clock's already.
    __HF_VIRTUAL_TIME__: {
      originalSetTimeout: setTimeout.bind(window),
      originalClearTimeout: clearTimeout.bind(window),
      originalSetInterval: setInterval.bind(window),
      originalClearInterval: clearInterval.bind(window),
      originalRequestAnimationFrame: requestAnimationFrame.bind(window),
      originalCancelAnimationFrame: cancelAnimationFrame.bind(window),
      seekToTime: (ms: number) => ms,
      getTime: () => performance.now(),
    },
  });

  // Up to some version, the runtime renders each moment once more by way of 1 ms later, so that what is set at that moment
  // is shown. Going backwards renders overlapping tweens in the wrong order: by way of 1 ms earlier, as later versions do.
  const kept = new WeakSet<Timeline>();
  const keepOrder = (timeline: Timeline) => {
    const { totalTime } = timeline ?? {};
    if (!totalTime || kept.has(timeline)) return;
    kept.add(timeline);
    let isOnWay = false;
    timeline.totalTime = function (...args) {
      const [time, suppressEvents] = args;
      const now = Number(totalTime.call(this));
      const isDetour = suppressEvents === true && Math.abs(Number(time) - now - 0.001) < 1e-6;
      isOnWay = isDetour && !isOnWay && now >= 0.001;
      return isOnWay ? totalTime.call(this, now - 0.001, true) : totalTime.apply(this, args);
    };
  };

  /** When a child begins, in the time of a timeline that it is in. */
  const startIn = (timeline: Timeline, child: Child): number => {
    const { parent } = child;
    if (!parent || parent === timeline) return child.startTime();
    return startIn(timeline, parent) + child.startTime() / parent.timeScale();
  };

  // A tween begins from what it finds when it is first shown, or with what chance says then. Workers come to it in leaps: so each
  // tween is shown once, in the order and at the frame in which a render of one frame after the other would.
  const begun = new WeakSet<Timeline>();
  const beginTweens = (timeline: Timeline) => {
    if (!timeline?.totalTime || !timeline.getChildren || begun.has(timeline)) return;
    begun.add(timeline);
    const now = Number(timeline.totalTime());
    const starts = timeline.getChildren(true, true, false).map((child) => startIn(timeline, child));
    const frames = new Set(starts.map((start) => Math.ceil(start * fps - 1e-6)));
    for (const frame of [...frames].sort((a, b) => a - b)) timeline.totalTime(frame / fps, true);
    timeline.totalTime(now, true);
  };

  const declaredDuration = () => {
    const said = Number(document.querySelector('[data-composition-id]')?.getAttribute('data-duration'));
    return said > 0 && Number.isFinite(said) ? said : 0;
  };

  Object.defineProperty(page.__hf, 'duration', {
    configurable: true,
    enumerable: true,
    get: () => {
      if (!page.__player || !page.__renderReady || page.__hfTimelinesBuilding) return 0;
      return page.__player.getDuration() || declaredDuration();
    },
  });
  page.__hf.seek = (seconds: number) => {
    for (const timeline of Object.values(page.__timelines)) {
      beginTweens(timeline);
      keepOrder(timeline);
    }
    page.__player?.renderSeek(seconds);
    const { clock } = page.__filmgate;
    if (clock.hasFrameCallbacks()) clock.runFrameCallbacks(); // They draw what the timelines have just set.
    for (const work of afterSeek) work(seconds);
  };
}

/** Runs in the page, where the video keeps an alpha channel: what lies behind everything is not painted. */
export function clearBackgrounds(): void {
  const style = document.createElement('style');
  style.textContent = 'html, body { background: transparent !important }';
  document.head.append(style);
}
