import { ffmpegArguments } from '../encode/ffmpegArguments';
import type { EncodeJob, EncodePlan } from '../encode/planEncoder';
import { invalidOption } from '../errors';
import { type FrameRange, formatRange } from '../frames/range';
import { formatFrameRate } from '../frames/rate';
import type { SourceIdentity } from '../frames/sourceIdentity';
import { segmentOutput } from '../output/segmentOutput';
import { type AudioTrack, checkAudio, parseAudioTrack } from './audio';
import type { Manifest } from './manifest';
import { type Resumed, resumeFrom } from './resume';
import { defaultSegmentLength, parseSegmentLength, type Segment, splitRange } from './segment';
import { segmentExtension } from './segmentContainer';

/** How a video is put together from segments, and what is added to it. */
export interface SegmentOptions {
  /**
   * Length of a segment in seconds (`10`, `'10s'`) or in frames (`'300f'`), or `'off'`. Each is encoded to a file of its
   * own, verified, and not rendered again by a render that goes on with this one. Default: 10 s, in videos of more than a
   * minute. Where the codec's files cannot be joined without loss (GIF, PNG, VP9 with alpha), there is one.
   */
  readonly segment?: number | string;
  /** Goes on with an unfinished render of this output, and renders only what that has not verified. Default false. */
  readonly resume?: boolean;
  /** Gives up an unfinished render of this output, if there is one, and starts over. Default false. */
  readonly restart?: boolean;
  /**
   * How many segments are encoded at once, each by an FFmpeg of its own; or `'auto'`: one more whenever workers wait for
   * the encoder although cores are idle. Default 1.
   */
  readonly lanes?: number | 'auto';
  /** Sound: files that FFmpeg reads, or `'a.mp3@2.5s,volume=0.5'`. They are mixed, and padded or cut to the length. */
  readonly audio?: readonly (string | AudioTrack)[];
}

/** A video that is put together when all of its segments are there. */
export interface SegmentsPlan {
  readonly segments: readonly Segment[];
  /** Those that are still to be rendered. */
  readonly todo: readonly Segment[];
  readonly audio: readonly AudioTrack[];
  /** The manifest to begin with. */
  readonly manifest: Manifest;
  /** What an earlier run has left. */
  readonly resumed: Resumed | undefined;
  /** Whether a later run could go on with what this one leaves. */
  readonly isResumable: boolean;
  /** The encoder of a segment, writing to a file of this name. */
  job(name: string): EncodeJob;
  /** The extension of its name. */
  readonly extension: string;
}

/** What is to be put together. */
interface Film {
  readonly range: FrameRange;
  readonly lanes: number;
  readonly identity: SourceIdentity | undefined;
}

/**
 * Plans the segments; undefined where the video is best written in one go.
 *
 * @throws FilmgateError `INVALID_OPTION`, `AUDIO_INVALID`, `ENCODER_MISSING`, `NOTHING_TO_RESUME`, `MANIFEST_INVALID`,
 * `RESUME_CHANGED`
 */
export async function planSegments(
  options: SegmentOptions,
  encode: EncodePlan,
  { range, lanes, identity }: Film,
  signal: AbortSignal,
): Promise<SegmentsPlan | undefined> {
  const audio = (options.audio ?? []).map(parseAudioTrack);
  const length =
    options.segment === undefined
      ? defaultSegmentLength(range.count, encode.fps, lanes)
      : parseSegmentLength(options.segment)(encode.fps);
  const parts = splitRange(range, length);
  const known = segmentExtension(encode.codec, encode.pixelFormat, encode.fps, parts.at(-1)?.count);
  const segments = known ? parts : splitRange(range, Number.POSITIVE_INFINITY);
  if (segments.length === 1 && audio.length === 0 && !options.resume) return undefined;
  if (audio.length > 0) await checkAudio(encode, audio, range.count, signal);

  const extension = known ?? encode.extension;
  const argumentsFor = (target: string) => {
    const settings = { ...encode.settings, faststart: false };
    return ffmpegArguments({ ...encode, extension, settings }, encode.encoder, target);
  };
  const settings = {
    ...identity?.settings,
    size: `${encode.format.width}x${encode.format.height}`,
    fps: formatFrameRate(encode.fps),
    frames: formatRange(range),
    'segment length': `${segments[0]?.count} frames`,
    encoding: argumentsFor('segment').join(' '),
    FFmpeg: encode.ffmpeg.version,
  };
  if (options.resume && !identity) {
    throw invalidOption('resume', true, 'the source does not say what it is: give inline() an identity');
  }
  const { workDirectory } = encode.output;
  const resumed = options.resume ? await resumeFrom(workDirectory, { settings }, signal) : undefined;
  const verified = resumed?.verified ?? [];
  const isThere = new Set(verified.map(({ segment }) => segment));
  return {
    segments,
    todo: segments.filter(({ segment }) => !isThere.has(segment)),
    audio,
    manifest: { settings, files: resumed?.files ?? {}, segments, verified },
    resumed,
    isResumable: identity !== undefined,
    job(name) {
      const output = segmentOutput(workDirectory, name);
      return { ...encode, output, args: argumentsFor(output.target) };
    },
    extension,
  };
}
