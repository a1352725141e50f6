import type { Observable, ObservableInput } from 'rxjs';
import type { CaptureEvent } from '../frames/events';
import type { FrameFormat } from '../frames/format';
import type { Frame } from '../frames/frame';
import type { FrameRange } from '../frames/range';
import type { FrameRate } from '../frames/rate';

/** What a source says of itself, before anything is captured. */
export interface SourceDescription {
  /** Layout and size of the frames that it delivers. */
  readonly format: FrameFormat;
  /** Exact frame rate. */
  readonly fps: FrameRate;
  /** How many frames there are from the beginning, at least 1. */
  readonly frames: number;
  /** Whether its alpha channel means anything. Without it, it does where the format has one. */
  readonly alpha?: boolean;
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
}

/** What the workers of one render have in common. */
export interface CapturePlan extends SourceDescription {
  /** The frames that are asked for. */
  readonly range: FrameRange;
  /** The most frames outstanding at a time: any run of so many indices may be in work at once. */
  readonly window: number;
  /** Whether the video keeps an alpha channel. */
  readonly alpha: boolean;
}

/**
 * The port of capture: something that can describe what it shows, and open workers that capture it. A new kind of
 * capture is a new implementation of this, of {@link CaptureSession} and of {@link CaptureWorker}.
 */
export interface CaptureSource {
  /** Begins one render of it. Each render has a session of its own. */
  open(): CaptureSession;
}

/** What the workers of one render have in common. It may be closed at any time, also while it describes. */
export interface CaptureSession {
  /** Finds out what there is to capture. Rejects when the session is closed meanwhile. */
  describe(overrides: SourceOverrides): Promise<SourceDescription>;
  /** Prepares what the workers share, and returns how to open the one that is called `name`. */
  prepare(plan: CapturePlan): (name: string) => CaptureWorker;
  /** What happens that is not a pool's to tell. */
  readonly events?: Observable<CaptureEvent>;
  /** Lets go of what is not a worker's own. Idempotent; comes after the workers are closed. */
  close(): Promise<void>;
}

/** One worker. It is opened by its construction and may be closed at any time, also while it starts. */
export interface CaptureWorker {
  /** Settles when the worker can capture; rejects when it never will. */
  readonly ready: Promise<void>;
  /**
   * Captures one frame: emits it once, or errors. Asked again only after that, and with ascending indices, so a
   * source that can only move forward needs nothing more.
   */
  capture(index: number): ObservableInput<Frame>;
  /** Lets go of everything. Idempotent; settles when nothing is left. */
  close(): Promise<void>;
}
