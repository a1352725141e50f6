import { availableParallelism } from 'node:os';
import {
  type CapturePlan,
  type CaptureSession,
  type CaptureSource,
  planCapture,
  type SourceOverrides,
} from '../capture/source';
import type { EncodeOptions } from '../encode/encodeOptions';
import { type EncodeJob, type EncodePlan, planEncoder } from '../encode/planEncoder';
import { invalidOption } from '../errors';
import { parseBytes } from '../frames/bytes';
import { integerInRange, positive } from '../frames/check';
import type { PlannedRender } from '../frames/events';
import { checkSize, type FrameSize, frameBytes, parseSize } from '../frames/format';
import { checkRange, type FrameRange, parseRange } from '../frames/range';
import { type FrameRateInput, parseFrameRate } from '../frames/rate';
import { parseAudioTrack } from '../segments/audio';
import { planSegments, type SegmentOptions, type SegmentsPlan } from '../segments/planSegments';
import { wasPublished } from '../segments/resume';
import { parseSegmentLength } from '../segments/segment';

/** What is asked of a source, whether for a video or for a picture. */
export interface SourceOptions {
  /** Where frames come from: `threads('scene.js')`, `inline({ … })`, or a source of your own. */
  readonly source: CaptureSource;
  /** Whether an output that is there may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** Size of a frame in pixels, or `'1280x720'`. Default: what the source says. */
  readonly size?: FrameSize | string;
  /** Exact frame rate, such as `30` or `'30000/1001'`. Default: what the source says. */
  readonly fps?: FrameRateInput;
  /** Length in seconds. Default: what the source says. */
  readonly duration?: number;
  /** Path of the FFmpeg to use. Default: see `findFFmpeg`. */
  readonly ffmpeg?: string;
  /** How often a frame is tried, each time on a fresh worker, at least 1. Default 3. */
  readonly maxTries?: number;
  /** How long a frame may take, in seconds, or ten times as long as the slowest so far. Default 30. */
  readonly frameTimeout?: number;
  /** How long FFmpeg may stand still while it has something to do, in seconds. Default 60. */
  readonly encoderTimeout?: number;
  /** Cancels it: it fails with `CANCELLED`, when everything is closed. */
  readonly signal?: AbortSignal;
}

/** What to render, to where, and how. Only `source` and `output` must be given. */
export interface RenderOptions extends SourceOptions, EncodeOptions, SegmentOptions {
  /** Path of the video; for a PNG sequence a pattern such as `frames/%05d.png`. Its folder must exist. */
  readonly output: string;
  /** The frames to render, or `'0-299'`, both ends inclusive. Default: all. */
  readonly frames?: FrameRange | string;
  /** How many capture workers, at least 1. Default `'auto'`: one for each core but one. */
  readonly workers?: number | 'auto';
  /**
   * The most frames outstanding (requested, and not yet drained), at least 1. Default: eight for each worker, or as
   * many raw frames as `memory` has room for.
   */
  readonly window?: number;
  /** The most memory that outstanding frames may hold, in bytes or as `'512MB'`. Default 512 MB. */
  readonly memory?: number | string;
  /** Called once, when everything is closed: how a caller who unsubscribed learns that the render has ended. */
  readonly onClosed?: () => void;
}

/** A render that can start: everything is checked, and nothing has been made yet. */
export interface RenderPlan {
  readonly capture: CapturePlan;
  readonly encode: EncodeJob;
  /** How the video is put together; undefined where it is written in one go. */
  readonly join?: { readonly plan: SegmentsPlan; readonly encode: EncodePlan } | undefined;
  readonly summary: PlannedRender;
  readonly maxTries: number;
  readonly frameTimeout: number;
}

/** The default window, in frames for each worker. See docs/performance.md, "The default window". */
export const FRAMES_PER_WORKER = 8;

/** Checks all that was asked for against the source, FFmpeg and the disk. */
export async function planRender(
  options: RenderOptions,
  session: CaptureSession,
  signal: AbortSignal,
): Promise<RenderPlan> {
  const wanted = checkOptions(options);
  const description = await session.describe(wanted.overrides);
  const { format, fps, sourceAlpha, repeats = false } = description;
  const range = checkRange(wanted.range ?? { first: 0, count: description.frames }, description.frames);
  const workerCount = Math.min(wanted.workers, range.count);
  const window = Math.min(
    options.window ?? workerCount * FRAMES_PER_WORKER,
    range.count,
    roomFor(frameBytes(format), wanted.memory, 'pixels' in format),
  );
  const encoding = {
    ...options,
    ...(sourceAlpha === false && options.alpha === undefined ? { alpha: false } : {}),
    ...{ format, fps, first: range.first, repeats },
    overwrite: options.overwrite || (options.resume && wasPublished(options.output)) || false,
    restart: options.restart || options.resume || false,
  };
  const encode = await planEncoder(encoding, signal);
  const lanes = checkLanes(options.lanes ?? 1, description.sequential ?? false);
  const film = { range, lanes: mostLanes(lanes), identity: session.identity?.() };
  const join = await planSegments(options, encode, film, signal);
  const summary: PlannedRender = {
    output: options.output,
    size: { width: format.width, height: format.height },
    fps,
    range,
    workers: Array.from({ length: workerCount }, (_, index) => `worker ${index + 1}`),
    window,
    memory: wanted.memory,
    encoder: encode.encoder,
    pixelFormat: encode.pixelFormat,
    ffmpeg: encode.ffmpeg.version,
    segments: join?.segments.length ?? 1,
    resumedSegments: join?.resumed?.verified.length ?? 0,
    resumedFrames: join?.resumed?.verified.reduce((sum, { count }) => sum + count, 0) ?? 0,
    lanes,
  };
  const capture = planCapture(description, { range, window, keepAlpha: encode.keepsAlpha });
  return { capture, encode, join: join && { plan: join, encode }, summary, ...checkRetryLimits(options) };
}

/** How often and how long a frame is tried, checked. */
export function checkRetryLimits({ maxTries = 3, frameTimeout = 30 }: SourceOptions) {
  return {
    maxTries: integerInRange('maxTries', maxTries, 1),
    frameTimeout: positive('frameTimeout', frameTimeout),
  };
}

/** The most segments that may be encoded at once: an FFmpeg of its own needs a core or two to be worth it. */
export function mostLanes(lanes: number | 'auto'): number {
  return lanes === 'auto' ? Math.max(1, Math.floor(availableParallelism() / 2)) : lanes;
}

/** Lanes would ask a source that only moves forward for frames that it has passed. */
function checkLanes(lanes: number | 'auto', sequential: boolean): number | 'auto' {
  if (lanes === 'auto') return sequential ? 1 : lanes;
  if (lanes === 1 || !sequential) return lanes;
  throw invalidOption('lanes', lanes, 'the state of this source only moves forward: use 1');
}

/** What a caller wants otherwise than the source says, checked. */
export function checkOverrides(options: Pick<RenderOptions, 'size' | 'fps' | 'duration'>): SourceOverrides {
  const { size, fps, duration } = options;
  if (duration !== undefined && !(duration > 0 && Number.isFinite(duration))) {
    throw invalidOption('duration', duration, 'give a length in seconds, above 0');
  }
  return {
    ...(size === undefined ? {} : typeof size === 'string' ? parseSize(size) : checkSize(size)),
    ...(fps === undefined ? {} : { fps: parseFrameRate(fps) }),
    ...(duration === undefined ? {} : { duration }),
  };
}

/** What can be checked without asking anybody. */
function checkOptions(options: RenderOptions) {
  const { frames, workers = 'auto', window, memory = '512MB' } = options;
  if (window !== undefined) integerInRange('window', window, 1);
  if (options.segment !== undefined) parseSegmentLength(options.segment);
  for (const track of options.audio ?? []) parseAudioTrack(track);
  if (options.lanes !== undefined && options.lanes !== 'auto') integerInRange('lanes', options.lanes, 1, 64);
  if (options.encoderTimeout !== undefined) positive('encoderTimeout', options.encoderTimeout);
  if (options.resume && options.restart) {
    throw invalidOption('resume', true, 'restart is given as well, which starts over: give one of the two');
  }
  checkRetryLimits(options);
  return {
    overrides: checkOverrides(options),
    range: typeof frames === 'string' ? parseRange(frames) : frames,
    workers:
      workers === 'auto'
        ? Math.max(1, availableParallelism() - 1)
        : integerInRange('workers', workers, 1, 256),
    memory: parseBytes(memory),
  };
}

/** Raw frames all have the same size, so that the window in bytes is a window in frames. */
function roomFor(bytes: number, memory: number, isRaw: boolean): number {
  if (bytes > memory)
    throw invalidOption('memory', memory, `one frame needs up to ${bytes} bytes: give more`);
  return isRaw ? Math.floor(memory / bytes) : Number.POSITIVE_INFINITY;
}
