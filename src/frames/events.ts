import type { ErrorCode } from '../errors';
import type { CaptureTimes } from './captureTimes';
import type { DetailEvent } from './detailEvents';
import type { FrameSize } from './format';
import type { FrameRange } from './range';
import type { FrameRate } from './rate';

/** What a pool of capture workers tells. */
export type CaptureEvent =
  /** A worker has been set up and takes frames from now on. */
  | { readonly type: 'workerReady'; readonly worker: string }
  /** A worker began to capture a frame. */
  | { readonly type: 'captureStarted'; readonly index: number; readonly worker: string }
  /** A worker delivered a frame of so many bytes. `times` is there only when all events are asked for. */
  | {
      readonly type: 'captured';
      readonly index: number;
      readonly worker: string;
      readonly bytes: number;
      readonly times?: CaptureTimes;
    }
  /** A frame failed, and is tried again on a fresh worker. It has now failed `tries` times, this time for this reason. */
  | {
      readonly type: 'retried';
      readonly index: number;
      readonly worker: string;
      readonly tries: number;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** Workers kept dying, so that this one is not replaced: so many are left. */
  | {
      readonly type: 'workerRetired';
      readonly worker: string;
      readonly left: number;
      readonly message: string;
    }
  /**
   * A page said something: an uncaught error, a failed request, `console.error`, or that it uses what is not
   * supported. `index` is the frame at which it did, undefined while it loaded; `count` is how many times it has been
   * said, on all workers.
   */
  | {
      readonly type: 'pageMessage';
      readonly kind: 'exception' | 'request' | 'console' | 'unsupported';
      readonly text: string;
      readonly index: number | undefined;
      readonly worker: string;
      readonly count: number;
    }
  | Extract<DetailEvent, { readonly worker: string }>;

/** What will be rendered, when everything has been checked and before anything is captured. */
export interface PlannedRender {
  /** Path of the video, as it was asked for. */
  readonly output: string;
  /** Size of a captured frame, in pixels. */
  readonly size: FrameSize;
  /** Exact frame rate. */
  readonly fps: FrameRate;
  /** The frames that are rendered. */
  readonly range: FrameRange;
  /** Names of the capture workers. */
  readonly workers: readonly string[];
  /** The most frames outstanding (requested, and not yet drained) at a time. */
  readonly window: number;
  /** The most bytes that outstanding frames may hold. */
  readonly memory: number;
  /** FFmpeg's name of the encoder. */
  readonly encoder: string;
  /** FFmpeg's name of the pixel format that is encoded. */
  readonly pixelFormat: string;
  /** Version of the FFmpeg that is used. */
  readonly ffmpeg: string;
  /** How many segments the video is rendered in; 1 where it is written in one go. */
  readonly segments: number;
  /** Segments that an earlier run has left, and that are not rendered again. */
  readonly resumedSegments: number;
  /** Frames in these. */
  readonly resumedFrames: number;
  /** How many segments are encoded at once. */
  readonly lanes: number;
}

/** What a render came to. */
export interface RenderResult {
  /** Path of the video, as it was asked for. */
  readonly output: string;
  /** Frames in the video, by FFmpeg's own count. */
  readonly frames: number;
  /** Size of the video, in bytes. */
  readonly bytes: number;
  /** From the subscription until the video was in its place, in seconds. */
  readonly elapsedSeconds: number;
  /** The most frames that were outstanding at any moment. */
  readonly peakOutstanding: number;
  /** The most that were allowed to be. */
  readonly window: number;
  /** How often a frame was tried again. */
  readonly retries: number;
  /** Frames in segments that an earlier run had left. */
  readonly resumedFrames: number;
}

/** Everything that happens in a render, in the order in which it happens. */
export type RenderEvent =
  /** Everything has been checked; workers and FFmpeg are starting. */
  | { readonly type: 'planned'; readonly plan: PlannedRender }
  /** Something that a person should know, though the render goes on. */
  | { readonly type: 'warning'; readonly message: string }
  | CaptureEvent
  | DetailEvent
  /** The window had room, and a frame was asked for. */
  | { readonly type: 'requested'; readonly index: number }
  /** It is a frame's turn, and FFmpeg is given it. */
  | { readonly type: 'writing'; readonly index: number }
  /** FFmpeg has taken all of a frame: it has drained. */
  | { readonly type: 'written'; readonly index: number }
  /** FFmpeg reports how many frames and bytes it has put out, in all. */
  | { readonly type: 'encoded'; readonly frames: number; readonly bytes: number }
  /**
   * A segment, counted from 0, is encoded and checked, and will not be rendered again if this render is interrupted.
   */
  | {
      readonly type: 'segmentVerified';
      readonly segment: number;
      readonly range: FrameRange;
      readonly bytes: number;
    }
  /** A segment of an earlier run is not what it was when it was verified, and is rendered again. */
  | {
      readonly type: 'segmentInvalid';
      readonly segment: number;
      readonly range: FrameRange;
      readonly message: string;
    }
  /** All segments are there, and are joined. */
  | { readonly type: 'assembling'; readonly segments: number }
  /** The video is whole, checked, and in its place. Always the last event. */
  | { readonly type: 'finished'; readonly result: RenderResult };
