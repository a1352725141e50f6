import type { EncodeOptions } from '../encode/encodeOptions';
import { ffmpegArguments, inputTags } from '../encode/ffmpegArguments';
import type { EncodePlan } from '../encode/planEncoder';
import { invalidOption } from '../errors';
import type { FrameFormat } from '../frames/format';
import { type FrameRange, formatRange } from '../frames/range';
import { type FrameRate, formatFrameRate } from '../frames/rate';
import type { SourceIdentity } from '../frames/sourceIdentity';
import { openOutput } from '../output/planOutput';
import { type AudioTrack, checkAudio, hasSound } from './audio';
import type { Manifest } from './manifest';
import { type EarlierRun, resumeFrom } from './resume';
import { defaultSegmentLength, type Segment, splitRange } from './segment';
import { segmentExtension } from './segmentContainer';
import type { SegmentOptions } from './segmentOptions';

/** A video that is put together when all of its segments are there. */
export interface SegmentsPlan {
  /** All of them, in order. */
  readonly segments: readonly Segment[];
  /** Those that are still to be rendered. */
  readonly todo: readonly Segment[];
  /** How many are encoded at once. */
  readonly lanes: number;
  /** The extension of a segment's file. */
  readonly extension: string;
  /** FFmpeg's arguments for one of them; {@link SEGMENT_FILE} stands for the path of its file. */
  readonly args: readonly string[];
  readonly audio: readonly AudioTrack[];
  /** Whether the sound that frames tell of is mixed. */
  readonly pageAudio: boolean;
  /** Whether the index of an mp4 or mov is moved to its front, when the video is put together. */
  readonly faststart: boolean;
  /** The manifest to begin with: what an earlier run has verified is in it. */
  readonly manifest: Manifest;
  /** The run that this one continues. */
  readonly earlierRun: EarlierRun | undefined;
  /** Whether a later run could continue what this one leaves. */
  readonly isResumable: boolean;
}

/** In {@link SegmentsPlan.args}, the path of a segment's file. */
export const SEGMENT_FILE = '{segment}';

/** What has been checked of the options without asking anybody. */
interface CheckedOptions {
  readonly lanes: number;
  /** The length that was asked for, in frames at a rate. */
  readonly segmentLength: ((fps: FrameRate) => number) | undefined;
  readonly audio: readonly AudioTrack[];
  readonly pageAudio: boolean;
}

/** What is known of the source. */
interface SegmentedSource {
  readonly range: FrameRange;
  readonly identity: SourceIdentity | undefined;
  /** Whether its frames may tell what is heard. */
  readonly sounds: boolean;
  /** Whether many machines render it: then there are segments in any case. */
  readonly isShared: boolean;
}

/**
 * Plans the segments; undefined where the video is best written in one go.
 *
 * @throws FilmgateError `INVALID_OPTION`, `AUDIO_INVALID`, `ENCODER_MISSING`, `NOTHING_TO_RESUME`, `MANIFEST_INVALID`,
 * `RESUME_CHANGED`
 */
export async function planSegments(
  options: EncodeOptions & SegmentOptions,
  { lanes, segmentLength, audio, pageAudio: wantsPageAudio }: CheckedOptions,
  encode: EncodePlan,
  { range, identity, sounds, isShared }: SegmentedSource,
  signal: AbortSignal,
): Promise<SegmentsPlan | undefined> {
  const { fps, format } = encode.input;
  const length = segmentLength?.(fps) ?? defaultSegmentLength(range.count, fps, lanes);
  const parts = splitRange(range, length);
  const joinable = segmentExtension(encode.codec, encode.pixelFormat, fps, parts.at(-1)?.count);
  const segments = joinable ? parts : splitRange(range, Number.POSITIVE_INFINITY);
  const pageAudio = sounds && wantsPageAudio && hasSound(encode.codec);
  const isWhole = segments.length === 1 && audio.length === 0 && !pageAudio;
  if (isWhole && !options.resume && !isShared) return undefined;
  if (audio.length > 0) await checkAudio(encode, audio, range.count, signal);
  if (options.resume && !identity) {
    throw invalidOption('resume', true, 'the source does not say what it is: give inline() an identity');
  }

  const extension = joinable ?? encode.extension;
  const target = { path: SEGMENT_FILE, extension, faststart: false };
  const args = ffmpegArguments(encode, options, target);
  const settings = {
    ...identity?.settings,
    size: `${format.width}x${format.height}`,
    fps: formatFrameRate(fps),
    frames: formatRange(range),
    'segment length': `${segments[0]?.count} frames`,
    encoding: identity?.anyFormat ? withoutLayout(args, format) : args.join(' '),
    FFmpeg: encode.ffmpeg.version,
    ...(pageAudio ? { 'page audio': 'on' } : {}), // Without it, nobody has collected what is heard.
  };
  const { workDirectory } = openOutput(encode.output);
  const resumed = options.resume ? await resumeFrom(workDirectory, settings, signal) : undefined;
  const verified = resumed?.verified ?? [];
  const isVerified = new Set(verified.map(({ segment }) => segment));
  return {
    segments,
    todo: segments.filter(({ segment }) => !isVerified.has(segment)),
    lanes,
    extension,
    args,
    audio,
    pageAudio,
    faststart: options.faststart !== false,
    manifest: { settings, files: resumed?.files ?? {}, segments, verified },
    earlierRun: resumed?.earlierRun,
    isResumable: identity !== undefined,
  };
}

/** FFmpeg's arguments without what says how frames come: where any layout will do, it is not compared. */
function withoutLayout(args: readonly string[], format: FrameFormat): string {
  const text = args.slice(args.indexOf('-i')).join(' ');
  return inputTags(format).reduce((rest, tag) => rest.replace(`${tag},`, ''), text);
}
