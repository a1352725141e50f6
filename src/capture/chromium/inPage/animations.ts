/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { PageRoots } from './roots';

/** CSS animations and transitions, and those of the Web Animations API, on the page's time. */
export interface PageAnimations {
  /**
   * Takes hold of the animations that have come, and notes what the page has done to the others: to be called at the
   * time at which it did so. With `endTransitions`, transitions that have come are at their end already.
   */
  discover(endTransitions?: boolean): void;
  /** When the next of them begins or ends, on the page's clock, or `Infinity`. */
  nextEvent(): number;
  /** Sets all of them to the page's time, and tells the page of those that have begun or ended. */
  show(): void;
}

/**
 * Runs in the page, before its own scripts. Relies on a document timeline that stands still: `Animation.setPlaybackRate`
 * of the DevTools protocol, at 0. So nothing needs to be paused, and what the page pauses, plays, reverses or cancels is
 * told by the animation itself. The browser would send their events with its own next frame, after ours: they are sent
 * at the right time here, and the browser's are dropped.
 */
export function holdAnimations(clock: VirtualClock, roots: PageRoots): PageAnimations {
  /** The animation is at `from` when the page is at `at`; `shown` is where we have set it. */
  interface Hold {
    at: number;
    from: number;
    rate: number;
    shown: CSSNumberish | null;
    wasPending: boolean;
    hasBegun: boolean;
    iteration: number;
  }
  const holds = new Map<Animation, Hold>();
  const held = new WeakSet<Animation>();
  const guarded = new WeakSet<Animation>();

  const guard = (animation: Animation) => {
    if (guarded.has(animation)) return;
    guarded.add(animation);
    animation.addEventListener('finish', (event) => {
      if (event.isTrusted && held.has(animation)) event.stopImmediatePropagation();
    });
  };

  const endOf = (animation: Animation) => Number(animation.effect?.getComputedTiming().endTime ?? 0);

  const endTime = (animation: Animation, { at, from, rate }: Hold): number => {
    if (rate === 0) return Number.POSITIVE_INFINITY;
    return rate > 0 ? at + (endOf(animation) - from) / rate : at + from / -rate;
  };

  const beginTime = (animation: Animation, { at, from, rate }: Hold): number => {
    const delay = Number(animation.effect?.getTiming().delay ?? 0);
    return rate > 0 ? at + (delay - from) / rate : Number.POSITIVE_INFINITY;
  };

  // What the page has asked for would become so with the browser's next frame. CSS animations come without requests;
  // from then on, setting their start would take them away from `animation-play-state`.
  const makeReady = (animation: Animation) => {
    const { currentTime } = animation;
    animation.startTime = clock.now();
    animation.currentTime = currentTime;
  };

  const take = (animation: Animation, endTransitions: boolean) => {
    const isStyled = animation instanceof CSSAnimation || animation instanceof CSSTransition;
    if (animation.pending && !isStyled) makeReady(animation);
    const isOver = endTransitions && animation instanceof CSSTransition;
    const hold: Hold = {
      at: clock.now(),
      from: isOver ? endOf(animation) : Number(animation.currentTime),
      rate: animation.playbackRate,
      shown: animation.currentTime,
      wasPending: animation.pending,
      hasBegun: false,
      iteration: 0,
    };
    holds.set(animation, hold);
    held.add(animation);
    guard(animation);
    if (animation instanceof CSSTransition) send(animation, 'transitionrun');
  };

  const send = (animation: Animation, type: string) => {
    const { target, pseudoElement } = animation.effect as KeyframeEffect;
    const told = { bubbles: true, elapsedTime: 0, pseudoElement: pseudoElement ?? '' };
    if (type.endsWith('end'))
      told.elapsedTime = Number(animation.effect?.getComputedTiming().activeDuration) / 1000;
    if (animation instanceof CSSTransition) {
      target?.dispatchEvent(
        new TransitionEvent(type, { ...told, propertyName: animation.transitionProperty }),
      );
    } else if (animation instanceof CSSAnimation) {
      target?.dispatchEvent(new AnimationEvent(type, { ...told, animationName: animation.animationName }));
    }
  };

  const place = (animation: Animation, hold: Hold): (() => void)[] => {
    const { currentTime, playState } = animation;
    const now = clock.now();
    const hasEnded = playState === 'finished' || now >= endTime(animation, hold);
    let time = hold.from + (now - hold.at) * hold.rate;
    if (hasEnded) time = hold.rate > 0 ? endOf(animation) : 0;
    if (time !== currentTime && playState !== 'finished') animation.currentTime = time;
    hold.shown = animation.currentTime;

    const kind = animation instanceof CSSTransition ? 'transition' : 'animation';
    const news: (() => void)[] = [];
    const iteration = animation.effect?.getComputedTiming().currentIteration ?? 0;
    if (!hold.hasBegun && now >= beginTime(animation, hold)) {
      hold.hasBegun = true;
      news.push(() => send(animation, `${kind}start`));
    } else if (iteration !== hold.iteration && !hasEnded) {
      news.push(() => send(animation, 'animationiteration'));
    }
    hold.iteration = iteration;
    if (hasEnded) {
      holds.delete(animation);
      const told = { currentTime: animation.currentTime, timelineTime: now };
      news.push(() => send(animation, `${kind}end`));
      news.push(() => animation.dispatchEvent(new AnimationPlaybackEvent('finish', told)));
    }
    return news;
  };

  const animate = Element.prototype.animate;
  Element.prototype.animate = function (keyframes, options) {
    const animation = animate.call(this, keyframes, options);
    guard(animation);
    return animation;
  };
  for (const kind of ['animationstart', 'animationiteration', 'animationend']) silence(kind);
  for (const kind of ['transitionrun', 'transitionstart', 'transitionend']) silence(kind);
  function silence(type: string) {
    window.addEventListener(type, (event) => event.isTrusted && event.stopImmediatePropagation(), true);
  }

  return {
    discover(endTransitions = false) {
      for (const [animation, hold] of holds) {
        if (animation.pending && !hold.wasPending && animation.playState === 'running') makeReady(animation);
        hold.wasPending = animation.pending;
        const { playState, currentTime, playbackRate } = animation;
        if (playState === 'idle' || playState === 'paused' || !animation.effect) holds.delete(animation);
        else if (currentTime !== hold.shown || playbackRate !== hold.rate) {
          Object.assign(hold, {
            at: clock.now(),
            from: Number(currentTime),
            rate: playbackRate,
            shown: currentTime,
          });
        }
      }
      for (const animation of roots.list().flatMap((root) => root.getAnimations())) {
        const isOurs = animation.playState === 'running' && animation.timeline === document.timeline;
        if (isOurs && !holds.has(animation)) take(animation, endTransitions);
      }
    },
    nextEvent() {
      let next = Number.POSITIVE_INFINITY;
      for (const [animation, hold] of holds) {
        next = Math.min(next, endTime(animation, hold));
        if (!hold.hasBegun) next = Math.min(next, beginTime(animation, hold));
      }
      return next;
    },
    show() {
      const news = [...holds].flatMap(([animation, hold]) => place(animation, hold));
      for (const tell of news) tell();
    },
  };
}
