import { push, shortened } from './bounded';
import type { DashboardState, Incident } from './state';

const MOST_INCIDENTS = 60;

export function incident(state: DashboardState, one: Incident): void {
  state.incidentCount += 1;
  push(state.incidents, { ...one, message: shortened(one.message) }, MOST_INCIDENTS);
}
