/** Which side holds a render up: the other one waits for it. */
export type Bottleneck = 'capture' | 'encode' | 'balanced';

/** What one worker does. */
export interface WorkerSnapshot {
  /** As in the plan: `worker 1`, `worker 2`, … */
  readonly name: string;
  /** Starting, waiting for a frame to capture, or capturing one. */
  readonly state: 'starting' | 'idle' | 'capturing';
  /** The frame that it captures, if it does. */
  readonly index: number | undefined;
  /** How many frames it has delivered. */
  readonly captured: number;
  /** How long it has captured, in seconds: what ended in a failure counts too. */
  readonly busySeconds: number;
}

/** Where a render stands: all that a progress display needs. Counts are frames. */
export interface Snapshot {
  /** Frames that the video will have; 0 until the render is planned. */
  readonly total: number;
  /** Asked for. */
  readonly requested: number;
  /** Delivered by the workers. */
  readonly captured: number;
  /** Drained: taken by FFmpeg whole, in this run or in an earlier one that it goes on with. */
  readonly written: number;
  /** Of these, the ones that an earlier run has left. */
  readonly resumed: number;
  /** How often a frame was tried again. */
  readonly retries: number;
  /** How many segments the video is rendered in; 1 where it is written in one go. */
  readonly segments: number;
  /** Segments that are verified, by this run or by an earlier one. */
  readonly segmentsVerified: number;
  /** Put out by FFmpeg, by its own count. */
  readonly encoded: number;
  /** Frames per second that the workers delivered lately. */
  readonly captureRate: number;
  /** Frames per second that FFmpeg took lately. */
  readonly encodeRate: number;
  /** Since the subscription. */
  readonly elapsedSeconds: number;
  /** At the average rate so far; undefined until a frame has been written. */
  readonly remainingSeconds: number | undefined;
  /** Requested, and not yet drained. */
  readonly outstanding: number;
  /** The most that were outstanding at any moment. */
  readonly peakOutstanding: number;
  /** The most frames that may be outstanding. */
  readonly window: number;
  /** Bytes of the frames that are captured and not yet drained. */
  readonly bufferedBytes: number;
  /** The most bytes that may be outstanding. */
  readonly memory: number;
  /** Bytes put out by FFmpeg. */
  readonly encodedBytes: number;
  /** What each worker does. */
  readonly workers: readonly WorkerSnapshot[];
  /** Share of the workers' time, from 0 to 1, in which they lately waited for room in the window. */
  readonly captureWaiting: number;
  /** Share of the encoder's time, from 0 to 1, in which it lately waited for a frame. */
  readonly encodeWaiting: number;
  /** The side that the other one waits for. */
  readonly bottleneck: Bottleneck;
}

const CLEAR_LEAD = 0.1;

/** The side that is waited for, if one waits clearly more than the other. */
export function bottleneckOf(captureWaiting: number, encodeWaiting: number): Bottleneck {
  if (captureWaiting - encodeWaiting > CLEAR_LEAD) return 'encode';
  if (encodeWaiting - captureWaiting > CLEAR_LEAD) return 'capture';
  return 'balanced';
}
