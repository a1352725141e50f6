import type { CapturePlan } from '../capture/source';
import type { EncodePlan } from '../encode/planEncoder';
import type { PlannedRender } from '../frames/events';
import type { SegmentsPlan } from '../segments/planSegments';

/** The workers of a render. */
export interface PoolPlan {
  /** Their names: `worker 1`, `worker 2`, … */
  readonly workers: readonly string[];
  /** The most bytes that outstanding frames may hold. */
  readonly memory: number;
  readonly maxTries: number;
  /** In seconds. */
  readonly frameTimeout: number;
}

/**
 * A render, resolved: every option is checked and every default filled in, and nothing has been made yet. It is handed
 * on by reference and never spread, so that each fact has one place and one name. Plain data, that could be written to
 * a file.
 */
export interface RenderPlan {
  readonly capture: CapturePlan;
  readonly pool: PoolPlan;
  readonly encode: EncodePlan;
  /** How the video is put together; undefined where it is written in one go. */
  readonly segments: SegmentsPlan | undefined;
  /** What a person should know before it starts. */
  readonly warnings: readonly string[];
  /** What a person should know as soon as a frame tells of sound; undefined where the video has it, or nobody wants it. */
  readonly soundWarning: string | undefined;
}

/** What an event says of a plan. */
export function describePlan({ capture, pool, encode, segments }: RenderPlan): PlannedRender {
  const { width, height } = capture.format;
  const resumed = segments?.manifest.verified ?? [];
  return {
    output: encode.output.path,
    size: { width, height },
    fps: capture.fps,
    range: capture.range,
    workers: pool.workers,
    window: capture.window,
    memory: pool.memory,
    encoder: encode.encoder,
    pixelFormat: encode.pixelFormat,
    ffmpeg: encode.ffmpeg.version,
    segments: segments?.segments.length ?? 1,
    resumedSegments: resumed.length,
    resumedFrames: resumed.reduce((sum, { count }) => sum + count, 0),
    lanes: segments?.lanes ?? 1,
  };
}
