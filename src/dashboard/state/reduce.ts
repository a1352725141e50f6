import { CAPTURE_PARTS, type CaptureTimes } from '../../frames/captureTimes';
import type { StreamEvent } from '../../progress/timeline';
import { sample } from './history';
import {
  type Bar,
  type DashboardState,
  emptyFilm,
  FILM_CELLS,
  type Incident,
  type Slot,
  type Thumbnail,
  type Worker,
} from './state';

const MOST_BARS = 240; // for each worker, and for FFmpeg.
const MOST_SLOWEST = 8;
const MOST_INCIDENTS = 60;
const MOST_MESSAGES = 60;
const MOST_THUMBNAILS = 48;
const MOST_TEXT = 2000; // characters of a message.

/** Takes an event into the state. What it keeps is bounded, however many there are. */
export function reduce(state: DashboardState, event: StreamEvent, at: number): void {
  countHeldUp(state, at);
  state.at = Math.max(state.at, at);
  switch (event.type) {
    case 'planned':
      state.plan = event.plan;
      state.phase = 'rendering';
      for (const name of event.plan.workers) workerOf(state, name, at);
      break;
    case 'segmentsPlanned':
      state.segments = event.segments.map(({ range, isResumed }) => ({
        range,
        state: isResumed ? 'resumed' : 'planned',
        written: isResumed ? range.count : 0,
      }));
      for (const { range, isResumed } of event.segments) if (isResumed) markResumed(state, range);
      break;
    case 'progress':
      state.snapshot = event.snapshot;
      takeSample(state, at);
      break;
    case 'resources': {
      const { node, browsers, ffmpeg } = event;
      state.resources = { node, browsers, ffmpeg };
      break;
    }
    case 'requested':
      if (state.phase === 'planning') state.phase = 'rendering'; // A stream that began without a plan.
      insert(state.outstanding, { index: event.index, state: 'requested', since: at, tries: 0 });
      setSegment(state, event.index, 0);
      break;
    case 'captureFallback':
      startOver(state, at);
      incident(state, { at, kind: 'warning', message: event.message });
      break;
    case 'workerReady':
      setWorker(workerOf(state, event.worker, at), 'idle', at);
      break;
    case 'captureStarted': {
      setWorker(workerOf(state, event.worker, at), 'capturing', at, event.index);
      const slot = slotOf(state, event.index);
      if (slot) slot.worker = event.worker;
      setSlot(slot, 'capturing', at);
      break;
    }
    case 'captured':
      captured(state, event.index, event.worker, at, event.times);
      break;
    case 'retried': {
      const { index, worker, tries, code, message } = event;
      captureEnded(state, index, worker, at, undefined, true);
      const failed = workerOf(state, worker, at);
      failed.retries += 1;
      setWorker(failed, 'starting', at);
      const slot = slotOf(state, index);
      if (slot) slot.tries = tries;
      setSlot(slot, 'requested', at);
      addToFilm(state, 'retries', index, 1);
      incident(state, { at, kind: 'retry', message, index, worker, tries, code });
      break;
    }
    case 'workerStarting': {
      const fresh = workerOf(state, event.worker, at);
      fresh.restarts += 1;
      setWorker(fresh, 'starting', at);
      break;
    }
    case 'workerRetired':
      setWorker(workerOf(state, event.worker, at), 'retired', at);
      incident(state, { at, kind: 'worker', message: event.message, worker: event.worker });
      break;
    case 'warning':
      incident(state, { at, kind: 'warning', message: event.message });
      break;
    case 'segmentInvalid':
      incident(state, { at, kind: 'segment', message: event.message });
      break;
    case 'writing':
      setSlot(slotOf(state, event.index), 'writing', at);
      break;
    case 'written':
      written(state, event.index, at);
      break;
    case 'segmentVerified': {
      const cell = state.segments[event.segment];
      if (cell) cell.state = 'verified';
      break;
    }
    case 'assembling':
      state.phase = 'assembling';
      break;
    case 'pageMessage': {
      const { kind, text, index, worker, count } = event;
      const known = state.messages.find((one) => one.kind === kind && one.text === shortened(text));
      const message = { kind, text: shortened(text), index: known ? known.index : index, worker, count };
      if (known) state.messages[state.messages.indexOf(known)] = message;
      else if (state.messages.length < MOST_MESSAGES) state.messages.push(message);
      break;
    }
    case 'thumbnail': {
      const { index, width, height, jpeg } = event;
      state.newest = { index, width, height, jpeg };
      addThumbnail(state.thumbnails, state.newest);
      break;
    }
    case 'dropped':
      state.dropped += event.count;
      break;
    case 'finished':
      state.result = event.result;
      end(state, 'finished', at);
      break;
    case 'failed':
      state.failure = { code: event.code, message: shortened(event.message) };
      end(state, 'failed', at);
  }
}

/** All frames are captured again, by workers of another source. What has been seen of speed stays. */
function startOver(state: DashboardState, at: number): void {
  state.phase = 'planning';
  state.outstanding = [];
  state.segments = [];
  state.film = emptyFilm();
  for (const worker of state.workers) setWorker(worker, 'starting', at);
}

function end(state: DashboardState, phase: 'finished' | 'failed', at: number): void {
  state.phase = phase;
  for (const worker of state.workers) if (worker.state !== 'retired') setWorker(worker, 'idle', at);
}

/** While a captured frame waits, the worker that has the lowest frame holds it up. */
function countHeldUp(state: DashboardState, at: number): void {
  const [head, next] = state.outstanding;
  if (head?.state !== 'capturing' || !next || at <= state.at) return;
  if (!state.outstanding.some((slot) => slot.state === 'waiting')) return;
  const worker = state.workers.find(({ name }) => name === head.worker);
  if (worker) worker.heldUp += at - state.at;
}

function takeSample(state: DashboardState, at: number): void {
  const { snapshot, resources } = state;
  if (!snapshot || state.phase === 'planning') return;
  const { captureRate, encodeRate, outstanding, bufferedBytes, captureWaiting, encodeWaiting } = snapshot;
  const busySeconds = new Map(snapshot.workers.map((worker) => [worker.name, worker.busySeconds]));
  const ofWorkers = state.workers.map(({ name }) => busySeconds.get(name));
  sample(state.history, at, ofWorkers, {
    ...{ captureRate, encodeRate, outstanding, bufferedBytes, captureWaiting, encodeWaiting },
    ...(resources ? { nodeMemory: resources.node.memory, nodeCpu: resources.node.cpu } : {}),
    ...(resources?.browsers
      ? { browserMemory: resources.browsers.memory, browserCpu: resources.browsers.cpu }
      : {}),
    ...(resources?.ffmpeg ? { ffmpegMemory: resources.ffmpeg.memory, ffmpegCpu: resources.ffmpeg.cpu } : {}),
  });
}

function captured(
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

function written(state: DashboardState, index: number, at: number): void {
  const { outstanding } = state;
  const place = outstanding.findIndex((slot) => slot.index === index);
  const [slot] = place < 0 ? [] : outstanding.splice(place, 1);
  push(state.writes, { index, from: slot?.since ?? at, until: at }, MOST_BARS);
  addToFilm(state, 'written', index, 1);
  setSegment(state, index, 1);
}

function setSegment(state: DashboardState, index: number, written: number): void {
  const cell = state.segments.find(({ range }) => index >= range.first && index < range.first + range.count);
  if (!cell) return;
  if (cell.state !== 'verified') cell.state = 'encoding';
  cell.written += written;
}

function setSlot(slot: Slot | undefined, state: Slot['state'], at: number): void {
  if (!slot) return;
  slot.state = state;
  slot.since = at;
}

function setWorker(worker: Worker, state: Worker['state'], at: number, index?: number): void {
  worker.state = state;
  worker.since = at;
  worker.index = index;
}

function slotOf(state: DashboardState, index: number): Slot | undefined {
  return state.outstanding.find((slot) => slot.index === index);
}

function workerOf(state: DashboardState, name: string, at: number): Worker {
  const known = state.workers.find((worker) => worker.name === name);
  if (known) return known;
  const counts = { captured: 0, retries: 0, restarts: 0, heldUp: 0 };
  const worker: Worker = { name, state: 'starting', since: at, ...counts, bars: [] };
  state.workers.push(worker);
  return worker;
}

/** Requests ascend, but for segments in lanes. */
function insert(outstanding: Slot[], slot: Slot): void {
  let place = outstanding.length;
  while (place > 0 && (outstanding[place - 1] as Slot).index > slot.index) place -= 1;
  outstanding.splice(place, 0, slot);
}

function addToFilm(state: DashboardState, what: keyof DashboardState['film'], index: number, amount: number) {
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

function markResumed(state: DashboardState, { first, count }: { first: number; count: number }): void {
  for (let index = first; index < first + count; index += 1) addToFilm(state, 'written', index, 1);
}

function incident(state: DashboardState, one: Incident): void {
  state.incidentCount += 1;
  push(state.incidents, { ...one, message: shortened(one.message) }, MOST_INCIDENTS);
}

function shortened(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}

/** Keeps pictures of frames that are evenly apart: of too many, the one whose neighbours are closest goes. */
function addThumbnail(thumbnails: Thumbnail[], thumbnail: Thumbnail): void {
  const later = thumbnails.findIndex(({ index }) => index >= thumbnail.index);
  if (later >= 0 && thumbnails[later]?.index === thumbnail.index) return;
  thumbnails.splice(later < 0 ? thumbnails.length : later, 0, thumbnail);
  if (thumbnails.length <= MOST_THUMBNAILS) return;
  let closest = 1;
  const gap = (place: number) => indexAt(thumbnails, place + 1) - indexAt(thumbnails, place - 1);
  for (let place = 2; place < thumbnails.length - 1; place += 1)
    if (gap(place) < gap(closest)) closest = place;
  thumbnails.splice(closest, 1);
}

function indexAt(thumbnails: Thumbnail[], place: number): number {
  return thumbnails[place]?.index ?? 0;
}
