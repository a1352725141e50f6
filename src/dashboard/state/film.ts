import type { DetailEvent } from '../../frames/detailEvents';
import { type DashboardState, FILM_CELLS } from './state';

export function addToFilm(
  state: DashboardState,
  what: keyof DashboardState['film'],
  index: number,
  amount: number,
) {
  const cell = cellOf(state, index);
  if (cell === undefined) return;
  const column = state.film[what];
  while (column.length <= cell) column.push(0);
  column[cell] = (column[cell] ?? 0) + amount;
}

/** Which part of the film a frame lies in. */
export function cellOf({ plan }: DashboardState, index: number): number | undefined {
  if (!plan) return undefined;
  const { first, count } = plan.range;
  return Math.floor(((index - first) * Math.min(FILM_CELLS, count)) / count);
}

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

export function setSegment(state: DashboardState, index: number, written: number): void {
  const cell = state.segments.find(({ range }) => index >= range.first && index < range.first + range.count);
  if (!cell) return;
  if (cell.state !== 'verified') cell.state = 'encoding';
  cell.written += written;
}
