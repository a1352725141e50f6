/// <reference lib="dom" />
import type { VirtualClock } from './clock';

/**
 * Runs in the page, before its own scripts: each `AudioContext` tells the page's time, and plays nothing. The browser would
 * play it in real time, to nobody: a tenth of what a page costs to render, and another `currentTime` on each run.
 */
export function holdAudioContexts(clock: VirtualClock): void {
  /** In seconds: what had passed at `since`. */
  interface State {
    isRunning: boolean;
    since: number;
    passed: number;
  }
  const Real = window.AudioContext;
  if (!Real) return;
  const states = new WeakMap<BaseAudioContext, State>();
  const hold = Real.prototype.suspend;
  const seconds = () => clock.now() / 1000;
  const timeOf = ({ isRunning, since, passed }: State) => passed + (isRunning ? seconds() - since : 0);

  const getterOf = (name: 'state' | 'currentTime', value: (state: State, real: unknown) => unknown) => {
    const original = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, name)?.get;
    Object.defineProperty(BaseAudioContext.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: BaseAudioContext) {
        const state = states.get(this);
        const real = original?.call(this);
        return state ? value(state, real) : real;
      },
    });
  };
  getterOf('currentTime', timeOf);
  getterOf('state', ({ isRunning }, real) => {
    if (real === 'closed') return real;
    return isRunning ? 'running' : 'suspended';
  });

  const setRunning = (isRunning: boolean) =>
    async function (this: AudioContext) {
      const state = states.get(this);
      if (!state || state.isRunning === isRunning) return;
      Object.assign(state, { isRunning, since: seconds(), passed: timeOf(state) });
      await null;
      this.dispatchEvent(new Event('statechange'));
    };
  Real.prototype.resume = setRunning(true);
  Real.prototype.suspend = setRunning(false);
  Real.prototype.getOutputTimestamp = function () {
    return { contextTime: this.currentTime, performanceTime: clock.now() };
  };
  window.AudioContext = new Proxy(Real, {
    construct(target, args, newTarget) {
      const context: AudioContext = Reflect.construct(target, args, newTarget);
      hold.call(context).catch(() => {}); // It has been closed meanwhile.
      context.addEventListener('statechange', (event) => {
        if (event.isTrusted && context.state !== 'closed') event.stopImmediatePropagation(); // Of the real one.
      });
      states.set(context, { isRunning: false, since: 0, passed: 0 });
      void context.resume();
      return context;
    },
  });
}
