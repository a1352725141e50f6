import { push } from './bounded';
import { addToFilm } from './film';
import { segmentOf } from './segments';
import type { DashboardState, Slot } from './state';

const MOST_WRITES = 240;

/** Requests ascend, but for segments in lanes. */
export function request(outstanding: Slot[], index: number, at: number): void {
  let place = outstanding.length;
  while (place > 0 && (outstanding[place - 1] as Slot).index > index) place -= 1;
  outstanding.splice(place, 0, { index, state: 'requested', since: at, tries: 0 });
}

export function slotOf(state: DashboardState, index: number): Slot | undefined {
  return state.outstanding.find((slot) => slot.index === index);
}

export function setSlot(slot: Slot | undefined, state: Slot['state'], at: number): void {
  if (!slot) return;
  slot.state = state;
  slot.since = at;
}

/** FFmpeg has taken it. */
export function written(state: DashboardState, index: number, at: number): void {
  const { outstanding } = state;
  const place = outstanding.findIndex((slot) => slot.index === index);
  const [slot] = place < 0 ? [] : outstanding.splice(place, 1);
  const segment = segmentOf(state, index);
  const lane = segment?.lane ?? 0;
  push(state.writes, { index, from: slot?.since ?? at, until: at, lane }, MOST_WRITES);
  addToFilm(state, 'written', index, 1);
  if (segment) segment.written += 1;
}
