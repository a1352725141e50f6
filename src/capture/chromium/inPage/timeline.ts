/// <reference lib="dom" />
import type { VirtualClock } from './clock';

/**
 * Runs in the page, before its own scripts: what the page reads of the document's timeline, which stands still, moves
 * with its clock.
 */
export function moveTimeline(clock: VirtualClock): void {
  const current = Object.getOwnPropertyDescriptor(AnimationTimeline.prototype, 'currentTime');
  const start = Object.getOwnPropertyDescriptor(Animation.prototype, 'startTime');
  if (!current?.get || !start?.get || !start.set) return;
  const { get: currentTime } = current;
  const { get: startTime, set: setStartTime } = start;
  const isOurs = (timeline: AnimationTimeline | null) => timeline === document.timeline;
  const ahead = () => clock.now() - Number(currentTime.call(document.timeline));

  Object.defineProperty(AnimationTimeline.prototype, 'currentTime', {
    ...current,
    get(this: AnimationTimeline) {
      return isOurs(this) ? clock.now() : currentTime.call(this);
    },
  });
  Object.defineProperty(Animation.prototype, 'startTime', {
    ...start,
    get(this: Animation) {
      const time = startTime.call(this);
      return time === null || !isOurs(this.timeline) ? time : time + ahead();
    },
    set(this: Animation, time: number | null) {
      setStartTime.call(this, time === null || !isOurs(this.timeline) ? time : time - ahead());
    },
  });
}
