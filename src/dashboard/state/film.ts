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
