import type { Observable, ObservableInput } from 'rxjs';
import type { CaptureTimes } from '../frames/captureTimes';
import type { CaptureEvent } from '../frames/events';
import { type FrameFormat, hasAlpha } from '../frames/format';
import type { Frame } from '../frames/frame';
import type { FrameRange } from '../frames/range';
import type { FrameRate } from '../frames/rate';
import type { SourceIdentity } from '../frames/sourceIdentity';
import type { Deadline } from '../process/deadline';

/** What a source says of itself, before anything is captured. */
export interface SourceDescription {
  /** Layout and size of the frames that it delivers. */
  readonly format: FrameFormat;
  /** Exact frame rate. */
  readonly fps: FrameRate;
  /** How many frames there are from the beginning, at least 1. */
  readonly frames: number;
  /** Whether its alpha channel means anything. Without it, it does where the format has one. */
  readonly sourceAlpha?: boolean;
  /** Whether a frame often equals the one before: the encoder then looks. Default false. */
  readonly repeats?: boolean;
  /** Whether its state only moves forward: then frames are asked for in ascending order, and in one lane. */
  readonly sequential?: boolean;
  /** Whether a worker waits for much of each frame, as for a browser: two then share two cores well. Default false. */
  readonly waits?: boolean;
  /** Whether its frames may tell what is heard at their time, see `Frame.sound`. Default false. */
  readonly sounds?: boolean;
}

/** What a caller wants otherwise than the source says. */
export interface SourceOverrides {
  /** Width, in pixels. */
  readonly width?: number;
  /** Height, in pixels. */
  readonly height?: number;
  /** Exact frame rate. */
  readonly fps?: FrameRate;
  /** Length in seconds. */
  readonly duration?: number;
  /** Path of the FFmpeg to use, for a source that needs one. */
  readonly ffmpeg?: string | undefined;
  /** What is made of its frames: whether an alpha channel is kept, and FFmpeg's name of the pixel format. */
  readonly encodes?: { readonly keepAlpha: boolean; readonly pixelFormat: string } | undefined;
  /** The frames that are asked for, if not all. */
  readonly range?: FrameRange | undefined;
  /** Whether others capture other frames of it, and have to be told the same. Default false. */
  readonly isShared?: boolean;
}

/** What the workers of one render have in common. */
export interface CapturePlan {
  /** Layout and size of the frames. */
  readonly format: FrameFormat;
  /** Exact frame rate. */
  readonly fps: FrameRate;
  /** How many frames the source has from the beginning. */
  readonly frames: number;
  /** The frames that are asked for. */
  readonly range: FrameRange;
  /** The most frames outstanding at a time: each has a slot of its own, from 0 to one below this. */
  readonly window: number;
  /** Whether the alpha channel of the frames means anything. */
  readonly sourceAlpha: boolean;
  /** Whether what is made of the frames keeps an alpha channel. */
  readonly keepAlpha: boolean;
}

/** The plan for a source that has described itself. */
export function planCapture(
  { format, fps, frames, sourceAlpha = hasAlpha(format) }: SourceDescription,
  wanted: Pick<CapturePlan, 'range' | 'window' | 'keepAlpha'>,
): CapturePlan {
  return { format, fps, frames, sourceAlpha, ...wanted };
}

/**
 * The port of capture: something that can describe what it shows, and open workers that capture it. A new kind of
 * capture is a new implementation of this, of {@link CaptureSession} and of {@link CaptureWorker}.
 */
export interface CaptureSource {
  /** Begins one render of it. Each render has a session of its own. */
  open(): CaptureSession;
  /** Says how other machines can open the same source. Without it, it can only be rendered here. */
  portable?(): PortableSource;
}

/** How a source is made from files: plain data. */
export interface PortableSource {
  /** Which of the package's own sources it is. */
  readonly kind: 'scene' | 'page' | 'project';
  /** Absolute path of the folder that its files are in; undefined for a page from the web. */
  readonly root: string | undefined;
  /** Its files, from there, with slashes. Without them, all in the folder but what begins with a dot. */
  readonly files?: readonly string[];
  /** What is opened: one of the files, or the URL of a page. */
  readonly entry: string;
  /** What it is opened with. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Another source of the same frames. */
export interface Fallback {
  /** What is rendered instead. */
  readonly source: CaptureSource;
  /** Whether segments of frames that were captured before are right, and equal to those of this source. */
  readonly keepsSegments: boolean;
}

/** What the workers of one render have in common. It may be closed at any time, also while it describes. */
export interface CaptureSession {
  /** Finds out what there is to capture. Rejects when the session is closed meanwhile. */
  describe(overrides: SourceOverrides): Promise<SourceDescription>;
  /** Prepares what the workers share, and returns how to open the one that is called `name`. */
  prepare(plan: CapturePlan): (name: string) => CaptureWorker;
  /**
   * Says what shapes the frames, for a render that was interrupted to tell whether it may go on: settings by their
   * names, and the paths of the files that have been used so far. Without it, a render cannot be resumed.
   */
  identity?(): SourceIdentity;
  /** How the same frames can be had, for a render that has failed with this error: in a safer way, from the start. */
  fallback?(error: unknown): Fallback | undefined;
  /** Events that the pool of its workers does not know of. */
  readonly events?: Observable<CaptureEvent>;
  /** Lets go of what is not a worker's own. Idempotent; comes after the workers are closed. */
  close(): Promise<void>;
}

/** What a worker is asked for. */
export interface FrameRequest {
  /** The frame's place in the video, counted from 0. */
  readonly index: number;
  /** Which of the slots of the plan's `window` it has: no other frame has it until this one has drained. */
  readonly slot: number;
  /** When it has to be there. A worker that knows what it waits for fails by itself then, and says what that is. */
  readonly deadline: Deadline;
  /** Where somebody wants to know how long the parts of the capture take: the worker adds to each that it has. */
  readonly times?: CaptureTimes | undefined;
}

/** One worker. It is opened by its construction and may be closed at any time, also while it starts. */
export interface CaptureWorker {
  /** Settles when the worker can capture; rejects when it never will. */
  readonly ready: Promise<void>;
  /**
   * Captures one frame: emits it once, or errors. Asked again only after it has emitted, and with ascending indices, so
   * a source that can only move forward needs nothing more. After an error it is closed, and another takes its place.
   */
  capture(request: FrameRequest): ObservableInput<Frame>;
  /** Lets go of everything, and touches no frame any more. Idempotent; settles when nothing is left. */
  close(): Promise<void>;
}
