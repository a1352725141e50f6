import { FilmgateError } from '../errors';
import { type FFmpeg, findFFmpeg } from '../ffmpeg/findFFmpeg';
import { positive } from '../frames/check';
import { type FrameFormat, hasAlpha } from '../frames/format';
import { type FrameRateInput, parseFrameRate } from '../frames/rate';
import { SOURCE_OPTIONS } from '../options/renderOptions';
import type { Output } from '../output/output';
import { type OutputPlan, openOutput, planOutput } from '../output/planOutput';
import { CODECS } from './codecs';
import { type EncodeInput, type EncodeOptions, type EncodeSpec, resolveEncodeOptions } from './encodeOptions';
import { ffmpegArguments } from './ffmpegArguments';

/** Which FFmpeg is used, and how long it is waited for. */
export interface FFmpegOptions {
  /** Path of the FFmpeg to use. Default: see {@link findFFmpeg}. */
  readonly ffmpeg?: string;
  /** How long FFmpeg may make no progress while it has something to do, in seconds. Default 60. */
  readonly encoderTimeout?: number;
}

/** What to encode, to where, and how. */
export interface OpenEncoderOptions extends EncodeOptions, FFmpegOptions {
  /** Path of the video; for a PNG sequence a pattern such as `frames/%05d.png`. Its folder must exist. */
  readonly output: string;
  /** Whether a video that exists there may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** Whether an unfinished render of it may be discarded. Default false. */
  readonly restart?: boolean;
  /** Layout and size of the frames that will be written. */
  readonly format: FrameFormat;
  /** Exact frame rate, such as `30` or `'30000/1001'`. */
  readonly fps: FrameRateInput;
  /** The number that a PNG sequence starts with. Default 0. */
  readonly first?: number;
  /**
   * Whether a frame often equals the one before: it is then compared, and neither decoded nor converted again. Files of
   * pictures must all have the same layout of pixels. Default false.
   */
  readonly repeats?: boolean;
}

/** An FFmpeg that can be started on frames from standard input. */
export interface EncoderJob {
  readonly input: Pick<EncodeInput, 'format' | 'fps' | 'repeats'>;
  readonly ffmpeg: Pick<FFmpeg, 'path' | 'version'>;
  readonly args: readonly string[];
  /** How long FFmpeg may make no progress, in seconds. */
  readonly encoderTimeout: number;
  /** The frames that FFmpeg is to put out, where they are not as many as are written: 1 for a picture of all. */
  readonly expectedFrames?: number;
}

/** An encoder of a video, resolved. Plain data; nothing has been made yet. */
export interface EncodePlan extends EncodeSpec, EncoderJob {
  readonly input: EncodeInput;
  readonly output: OutputPlan;
  /** FFmpeg's name of the encoder. */
  readonly encoder: string;
}

/**
 * Resolves the options of `openEncoder`.
 *
 * @throws FilmgateError what {@link planEncoder} does, and what the output's `check` does
 */
export async function planOpenEncoder(options: OpenEncoderOptions): Promise<EncodePlan> {
  const { format, first = 0, repeats = false } = options;
  const fps = parseFrameRate(options.fps);
  const input = { format, fps, first, sourceAlpha: hasAlpha(format), repeats };
  return planEncoder(options, input, planOutput(options.output, options), () => findFFmpeg(options.ffmpeg));
}

/**
 * Resolves how frames are encoded: checks the options, has FFmpeg found, and makes its arguments.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `ENCODER_MISSING`, `OUTPUT_EXISTS`,
 * `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`, `RENDER_UNFINISHED`
 */
export async function planEncoder(
  options: EncodeOptions & FFmpegOptions,
  input: EncodeInput,
  outputPlan: OutputPlan,
  find: () => Promise<FFmpeg>,
): Promise<EncodePlan> {
  const spec = resolveEncodeOptions(options, input, outputPlan.path);
  const { ffmpeg, encoderTimeout } = await planFFmpeg(options, find);
  const encoder = chooseEncoder(spec, ffmpeg);
  const output = await checkedOutput(outputPlan);
  const target = { path: output.target, extension: spec.extension, faststart: options.faststart !== false };
  const args = ffmpegArguments({ ...spec, encoder }, options, target);
  const { path, version } = ffmpeg;
  return { ...spec, ffmpeg: { path, version }, output: outputPlan, encoder, args, encoderTimeout };
}

/** Checks how long FFmpeg is waited for, then has it found. */
export async function planFFmpeg(options: FFmpegOptions, find: () => Promise<FFmpeg>) {
  const { encoderTimeout = SOURCE_OPTIONS.encoderTimeout.default } = options;
  positive('encoderTimeout', encoderTimeout);
  return { ffmpeg: await find(), encoderTimeout };
}

/** The output of a plan, once it is known that the video can be put in its place. */
export async function checkedOutput(plan: OutputPlan): Promise<Output> {
  const output = openOutput(plan);
  await output.check();
  return output;
}

/** An `ENCODER_MISSING` error. `names` are FFmpeg's names of the encoders that would do, `what` is what needs one. */
export function encoderMissing(ffmpeg: FFmpeg, names: readonly string[], what: string): FilmgateError {
  const message = `${ffmpeg.path} (version ${ffmpeg.version}) was built without ${names.join(' or ')}, which ${what} needs`;
  return new FilmgateError('ENCODER_MISSING', `${message}; choose another FFmpeg (filmgate doctor)`);
}

const LEAST_SVT_SIDE = 64; // pixels; SVT-AV1 refuses less.

function chooseEncoder({ codec, input: { format } }: EncodeSpec, ffmpeg: FFmpeg): string {
  const { encoders } = CODECS[codec];
  const isTiny = Math.min(format.width, format.height) < LEAST_SVT_SIDE;
  const able = encoders.filter((name) => !(isTiny && name === 'libsvtav1'));
  const encoder = able.find((name) => ffmpeg.encoders.has(name));
  if (encoder) return encoder;
  throw encoderMissing(
    ffmpeg,
    able,
    able.length < encoders.length ? `${codec} in so small a picture` : codec,
  );
}
