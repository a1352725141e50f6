import type { DetailEvent } from '../../frames/detailEvents';
import { push, shortened } from './bounded';
import type { DashboardState, Incident } from './state';

const MOST_INCIDENTS = 60;

export function incident(state: DashboardState, one: Incident): void {
  state.incidentCount += 1;
  push(state.incidents, { ...one, message: shortened(one.message) }, MOST_INCIDENTS);
}

/** A worker that is given up since its frame failed has been told of with that frame. */
export function isToldAsRetry(
  { incidents }: DashboardState,
  { worker, message }: Extract<DetailEvent, { type: 'workerEnded' }>,
): boolean {
  const last = incidents.at(-1);
  return last?.kind === 'retry' && last.worker === worker && last.message === shortened(message);
}
