import { type CaptureTimes, noTimes } from '../../frames/captureTimes';
import type { PlannedRender, RenderEvent, RenderResult } from '../../frames/events';
import type { FrameRange } from '../../frames/range';
import type { Snapshot } from '../../progress/snapshot';
import { emptyHistory, type History } from './history';

/** A frame that is outstanding: requested, and not yet drained. */
export interface Slot {
  readonly index: number;
  /** `waiting`: captured, and not yet its turn. */
  state: 'requested' | 'capturing' | 'waiting' | 'writing';
  /** Since when it is in this state, in milliseconds of the render. */
  since: number;
  worker?: string;
  /** How often it has failed. */
  tries: number;
}

/** A capture that has ended. Times are in milliseconds. */
export interface Bar {
  readonly index: number;
  readonly from: number;
  readonly until: number;
  readonly times?: CaptureTimes | undefined;
  readonly failed?: boolean;
}

/** A frame that FFmpeg took. */
export interface Write extends Bar {
  /** Which of the FFmpegs that run at once it was, counted from 0. */
  readonly lane: number;
}

/** A worker, and what it did lately. */
export interface Worker {
  readonly name: string;
  state: 'starting' | 'idle' | 'capturing' | 'retired';
  /** Since when, in milliseconds of the render. */
  since: number;
  index?: number | undefined;
  captured: number;
  retries: number;
  /** How often a fresh one was started in its place. */
  restarts: number;
  /** How long others had captured frames that waited for the one that this worker was capturing, in milliseconds. */
  heldUp: number;
  /** The last captures. */
  bars: Bar[];
}

/** A part of the film that is encoded by itself. */
export interface SegmentCell {
  readonly range: FrameRange;
  state: 'planned' | 'resumed' | 'encoding' | 'verified';
  written: number;
  /** The lane in which it is encoded, counted from 0, and on a farm the machine. Undefined where it is not, here and now. */
  lane?: number;
  machine?: string;
  /** Whether its last frame was requested. */
  isRequested?: boolean;
  /** When its first frame was requested, and when it was verified, in milliseconds of the render. */
  from?: number;
  until?: number;
}

/** Something that a person may want to look into. */
export interface Incident {
  readonly at: number;
  readonly kind: 'retry' | 'death' | 'retired' | 'warning' | 'segment' | 'failure';
  readonly message: string;
  readonly index?: number | undefined;
  readonly worker?: string | undefined;
  readonly tries?: number | undefined;
  readonly code?: string;
}

export type PageMessage = Omit<Extract<RenderEvent, { type: 'pageMessage' }>, 'type'>;

export type Thumbnail = Omit<Extract<RenderEvent, { type: 'thumbnail' }>, 'type'>;

export type Resources = Omit<Extract<RenderEvent, { type: 'resources' }>, 'type'>;

/** What the film has cost so far, in up to {@link FILM_CELLS} equal parts. */
export interface FilmMap {
  readonly captured: number[];
  readonly written: number[];
  /** Milliseconds of capture. */
  readonly milliseconds: number[];
  readonly retries: number[];
}

export const FILM_CELLS = 240;

/** Everything that the page shows: plain data, bounded in size however long the render is. */
export interface DashboardState {
  /** The time of the last event, in milliseconds of the render. */
  at: number;
  phase: 'planning' | 'rendering' | 'assembling' | 'finished' | 'failed';
  /** The command that started the render. */
  command?: string;
  plan?: PlannedRender;
  result?: RenderResult;
  failure?: { readonly code: string; readonly message: string };
  snapshot?: Snapshot;
  resources?: Resources;
  /** Events that were not saved. */
  dropped: number;
  /** Outstanding frames, by index. */
  outstanding: Slot[];
  workers: Worker[];
  /** The last frames that FFmpeg took. */
  writes: Write[];
  segments: SegmentCell[];
  film: FilmMap;
  history: History;
  /** Sums over all captures. */
  times: CaptureTimes;
  slowest: (Bar & { readonly worker: string })[];
  incidents: Incident[];
  incidentCount: number;
  messages: PageMessage[];
  thumbnails: Thumbnail[];
  newest?: Thumbnail;
}

/** Whether the render has ended, either way. */
export function isOver({ phase }: Pick<DashboardState, 'phase'>): boolean {
  return phase === 'finished' || phase === 'failed';
}

export function emptyFilm(): FilmMap {
  return { captured: [], written: [], milliseconds: [], retries: [] };
}

export function emptyState(): DashboardState {
  return {
    at: 0,
    phase: 'planning',
    dropped: 0,
    outstanding: [],
    workers: [],
    writes: [],
    segments: [],
    film: emptyFilm(),
    history: emptyHistory(),
    times: noTimes(),
    slowest: [],
    incidents: [],
    incidentCount: 0,
    messages: [],
    thumbnails: [],
  };
}
