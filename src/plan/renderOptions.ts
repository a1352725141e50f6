import type { CaptureSource } from '../capture/source';
import type { EncodeOptions } from '../encode/encodeOptions';
import type { FFmpegOptions } from '../encode/planEncoder';
import type { FrameSize } from '../frames/format';
import type { FrameRange } from '../frames/range';
import type { FrameRateInput } from '../frames/rate';
import type { SegmentOptions } from '../segments/segmentOptions';

/** What is asked of a source, whether for a video or for a picture. */
export interface SourceOptions extends FFmpegOptions {
  /** Where frames come from: `threads('scene.js')`, `inline({ … })`, or a source of your own. */
  readonly source: CaptureSource;
  /** Whether an output that exists may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** Size of a frame in pixels, or `'1280x720'`. Default: what the source says. */
  readonly size?: FrameSize | string;
  /** Exact frame rate, such as `30` or `'30000/1001'`. Default: what the source says. */
  readonly fps?: FrameRateInput;
  /** Length in seconds. Default: what the source says. */
  readonly duration?: number;
  /** How often a frame is tried, each time on a fresh worker, at least 1. Default 3. */
  readonly maxTries?: number;
  /** How long a frame may take, in seconds, or ten times as long as the slowest so far. Default 30. */
  readonly frameTimeout?: number;
  /** Cancels it: it fails with `CANCELLED`, when everything is closed. */
  readonly signal?: AbortSignal;
}

/** What to render, to where, and how. Only `source` and `output` must be given. */
export interface RenderOptions extends SourceOptions, EncodeOptions, SegmentOptions {
  /** Path of the video; for a PNG sequence a pattern such as `frames/%05d.png`. Its folder must exist. */
  readonly output: string;
  /** The frames to render, or `'0-299'`, both ends inclusive. Default: all. */
  readonly frames?: FrameRange | string;
  /** How many capture workers, at least 1. Default `'auto'`: one for each core but one, and
   * for a page two on two cores (docs/performance.md, "How many workers"). */
  readonly workers?: number | 'auto';
  /**
   * The most frames outstanding (requested, and not yet drained), at least 1. Default: eight for each worker, or as
   * many raw frames as `memory` has room for.
   */
  readonly window?: number;
  /** The most memory that outstanding frames may hold, in bytes or as `'512MB'`. Default 512 MB. */
  readonly memory?: number | string;
  /**
   * Which events are emitted: `'all'` adds how long the parts of each capture took, and every `DetailEvent`. Default `'usual'`.
   */
  readonly events?: 'usual' | 'all';
  /** Called once, when everything is closed: how a caller who unsubscribed learns that the render has ended. */
  readonly onClosed?: () => void;
}
