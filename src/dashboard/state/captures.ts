import { CAPTURE_PARTS, type CaptureTimes } from '../../frames/captureTimes';
import type { CaptureEvent } from '../../frames/events';
import { push } from './bounded';
import { addToFilm } from './film';
import { incident } from './incidents';
import { setSlot, slotOf } from './outstanding';
import { segmentCaptured } from './segments';
import type { Bar, DashboardState, Worker } from './state';

const MOST_BARS = 240; // for each worker.
const MOST_SLOWEST = 8;

export function workerOf(state: DashboardState, name: string, at: number): Worker {
  const known = state.workers.find((worker) => worker.name === name);
  if (known) return known;
  const counts = { captured: 0, retries: 0, restarts: 0, heldUp: 0 };
  const worker: Worker = { name, state: 'starting', since: at, ...counts, bars: [] };
  state.workers.push(worker);
  return worker;
}

export function setWorker(worker: Worker, state: Worker['state'], at: number, index?: number): void {
  worker.state = state;
  worker.since = at;
  worker.index = index;
}

export function captureStarted(state: DashboardState, index: number, name: string, at: number): void {
  setWorker(workerOf(state, name, at), 'capturing', at, index);
  const slot = slotOf(state, index);
  if (slot) slot.worker = name;
  setSlot(slot, 'capturing', at);
  segmentCaptured(state, index, name);
}

export function captured(
  state: DashboardState,
  index: number,
  name: string,
  at: number,
  times: CaptureTimes | undefined,
): void {
  const took = captureEnded(state, index, name, at, times, false);
  const worker = workerOf(state, name, at);
  worker.captured += 1;
  setWorker(worker, 'idle', at);
  setSlot(slotOf(state, index), 'waiting', at);
  addToFilm(state, 'captured', index, 1);
  addToFilm(state, 'milliseconds', index, took);
  if (!times) return;
  for (const part of CAPTURE_PARTS) state.times[part] += times[part];
}

/** A frame failed, and is tried again on a fresh worker. */
export function retried(
  state: DashboardState,
  { index, worker, tries, code, message }: Extract<CaptureEvent, { type: 'retried' }>,
  at: number,
): void {
  captureEnded(state, index, worker, at, undefined, true);
  const failed = workerOf(state, worker, at);
  failed.retries += 1;
  setWorker(failed, 'starting', at);
  const slot = slotOf(state, index);
  if (slot) slot.tries = tries;
  setSlot(slot, 'requested', at);
  addToFilm(state, 'retries', index, 1);
  incident(state, { at, kind: 'retry', message, index, worker, tries, code });
}

/** A worker is not replaced. What it failed at last is why. */
export function retired(
  state: DashboardState,
  { worker, message }: Extract<CaptureEvent, { type: 'workerRetired' }>,
  at: number,
): void {
  const lost = workerOf(state, worker, at);
  setWorker(lost, 'retired', at);
  const last = lost.bars.at(-1);
  incident(state, { at, kind: 'retired', message, worker, index: last?.failed ? last.index : undefined });
}

/** Returns how long the capture took. */
function captureEnded(
  state: DashboardState,
  index: number,
  name: string,
  at: number,
  times: CaptureTimes | undefined,
  failed: boolean,
): number {
  const worker = workerOf(state, name, at);
  if (worker.state !== 'capturing') return 0;
  const bar: Bar = { index, from: worker.since, until: at, times, ...(failed ? { failed } : {}) };
  push(worker.bars, bar, MOST_BARS);
  const took = at - bar.from;
  const { slowest } = state;
  const place = slowest.findIndex(({ from, until }) => took > until - from);
  if (place >= 0) slowest.splice(place, 0, { ...bar, worker: name });
  else if (slowest.length < MOST_SLOWEST) slowest.push({ ...bar, worker: name });
  if (slowest.length > MOST_SLOWEST) slowest.pop();
  return took;
}

/** While a captured frame waits, the worker that has the lowest frame holds it up. */
export function countHeldUp(state: DashboardState, at: number): void {
  const [head, next] = state.outstanding;
  if (head?.state !== 'capturing' || !next || at <= state.at) return;
  if (!state.outstanding.some((slot) => slot.state === 'waiting')) return;
  const worker = state.workers.find(({ name }) => name === head.worker);
  if (worker) worker.heldUp += at - state.at;
}
