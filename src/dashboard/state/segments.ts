import type { DetailEvent } from '../../frames/detailEvents';
import { addToFilm } from './film';
import type { DashboardState, SegmentCell } from './state';

const BUSY = 1000; // More than the segments that come to their end at a time.

/** Segments that an earlier run has left are written already. */
export function planSegments(
  state: DashboardState,
  segments: Extract<DetailEvent, { type: 'segmentsPlanned' }>['segments'],
): void {
  state.segments = segments.map(({ range, isResumed }) => ({
    range,
    state: isResumed ? 'resumed' : 'planned',
    written: isResumed ? range.count : 0,
  }));
  for (const { range, isResumed } of segments) {
    if (!isResumed) continue;
    for (let place = 0; place < range.count; place += 1) addToFilm(state, 'written', range.first + place, 1);
  }
}

/** A segment begins in a lane that has none, or else in one where the last frame has been asked for, as in the render itself. */
export function segmentRequested(state: DashboardState, index: number, at: number): void {
  const cell = segmentOf(state, index);
  if (!cell || cell.state === 'verified') return;
  cell.state = 'encoding';
  cell.from ??= at;
  cell.lane ??= freestLane(state);
  if (index === cell.range.first + cell.range.count - 1) cell.isRequested = true;
}

function freestLane({ segments, plan }: DashboardState): number {
  const open = new Array<number>(plan?.lanes ?? 1).fill(0);
  for (const { lane, state, isRequested } of segments)
    if (lane !== undefined && state === 'encoding') open[lane] = (open[lane] ?? 0) + (isRequested ? 1 : BUSY);
  return open.indexOf(Math.min(...open));
}

/** On a farm, a worker's name begins with that of its machine, and each machine has a lane. */
export function segmentCaptured(state: DashboardState, index: number, worker: string): void {
  const end = worker.lastIndexOf('/');
  const cell = end < 0 ? undefined : segmentOf(state, index);
  const machine = worker.slice(0, end);
  if (!cell || cell.machine === machine) return;
  const others = state.segments.filter((one) => one !== cell && one.machine);
  const same = others.find((one) => one.machine === machine);
  cell.machine = machine;
  cell.lane = same?.lane ?? others.reduce((next, { lane = 0 }) => Math.max(next, lane + 1), 0);
}

export function segmentVerified(state: DashboardState, segment: number, at: number): void {
  const cell = state.segments[segment];
  if (!cell) return;
  cell.state = 'verified';
  cell.until = at;
}

/** The segment in which a frame lies; undefined in a video that is written in one go. */
export function segmentOf({ segments }: DashboardState, index: number): SegmentCell | undefined {
  return segments.find(({ range }) => index >= range.first && index < range.first + range.count);
}

/** How many lanes there have been so far. */
export function lanesOf({ segments }: DashboardState): number {
  return segments.reduce((most, { lane = 0 }) => Math.max(most, lane + 1), 1);
}
