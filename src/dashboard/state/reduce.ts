import type { StreamEvent } from '../../progress/timeline';
import { shortened } from './bounded';
import { captured, captureStarted, countHeldUp, retired, retried, setWorker, workerOf } from './captures';
import { incident, isToldAsRetry } from './incidents';
import { said } from './messages';
import { request, setSlot, slotOf, written } from './outstanding';
import { takeSample } from './samples';
import { planSegments, segmentRequested, segmentVerified } from './segments';
import { type DashboardState, emptyFilm } from './state';
import { addThumbnail } from './thumbnails';

/** Takes an event into the state. What it keeps is bounded, however many there are. */
export function reduce(state: DashboardState, event: StreamEvent, at: number): void {
  countHeldUp(state, at);
  state.at = Math.max(state.at, at);
  switch (event.type) {
    case 'command':
      state.command = event.command;
      break;
    case 'planned':
      state.plan = event.plan;
      state.phase = 'rendering';
      for (const name of event.plan.workers) workerOf(state, name, at);
      break;
    case 'segmentsPlanned':
      planSegments(state, event.segments);
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
      request(state.outstanding, event.index, at);
      segmentRequested(state, event.index, at);
      break;
    case 'captureFallback':
      startOver(state, at);
      incident(state, { at, kind: 'warning', message: event.message, index: event.index });
      break;
    case 'workerReady':
      setWorker(workerOf(state, event.worker, at), 'idle', at);
      break;
    case 'captureStarted':
      captureStarted(state, event.index, event.worker, at);
      break;
    case 'captured':
      captured(state, event.index, event.worker, at, event.times);
      break;
    case 'retried':
      retried(state, event, at);
      break;
    case 'workerStarting': {
      const fresh = workerOf(state, event.worker, at);
      fresh.restarts += 1;
      setWorker(fresh, 'starting', at);
      break;
    }
    case 'workerRetired':
      retired(state, event, at);
      break;
    case 'workerEnded': {
      const { worker, code, message } = event;
      if (!isToldAsRetry(state, event)) incident(state, { at, kind: 'death', message, worker, code });
      break;
    }
    case 'warning':
      incident(state, { at, kind: 'warning', message: event.message });
      break;
    case 'segmentInvalid':
      incident(state, { at, kind: 'segment', message: event.message, index: event.range.first });
      break;
    case 'writing':
      setSlot(slotOf(state, event.index), 'writing', at);
      break;
    case 'written':
      written(state, event.index, at);
      break;
    case 'segmentVerified':
      segmentVerified(state, event.segment, at);
      break;
    case 'assembling':
      state.phase = 'assembling';
      break;
    case 'pageMessage':
      said(state, event);
      break;
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
      if (event.code !== 'CANCELLED') failed(state, event, at);
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

/** What ends the render is an incident too: of which frame, at which attempt. */
function failed(state: DashboardState, event: Extract<StreamEvent, { type: 'failed' }>, at: number): void {
  const { code, message, frame, worker } = event;
  const slot = frame === undefined ? undefined : slotOf(state, frame);
  const tries = slot && slot.tries + 1;
  incident(state, { at, kind: 'failure', message, index: frame, worker, tries, code });
}

function end(state: DashboardState, phase: 'finished' | 'failed', at: number): void {
  state.phase = phase;
  for (const worker of state.workers) if (worker.state !== 'retired') setWorker(worker, 'idle', at);
}
