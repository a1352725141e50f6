import { FilmgateError } from '../errors';
import { type FFmpeg, findFFmpeg } from '../ffmpeg/findFFmpeg';
import { positive } from '../frames/check';
import type { FrameFormat } from '../frames/format';
import type { FrameRateInput } from '../frames/rate';
import type { Output } from '../output/output';
import { planOutput } from '../output/planOutput';
import type { AviStream } from './avi';
import { checkEncodeOptions, type EncodeOptions, type EncodeSpec } from './encodeOptions';
import { ffmpegArguments } from './ffmpegArguments';

/** What to encode, to where, and how. */
export interface OpenEncoderOptions extends EncodeOptions {
  /** Path of the video; for a PNG sequence a pattern such as `frames/%05d.png`. Its folder must exist. */
  readonly output: string;
  /** Whether a video that is there may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** Whether an unfinished render of it may be given up. Default false. */
  readonly restart?: boolean;
  /** Layout and size of the frames that will be written. */
  readonly format: FrameFormat;
  /** Exact frame rate, such as `30` or `'30000/1001'`. */
  readonly fps: FrameRateInput;
  /** The number that a PNG sequence starts with. Default 0. */
  readonly first?: number;
  /**
   * Whether a PNG or JPEG frame often equals the one before: it is then compared, and not decoded again. All of them must
   * have the same layout of pixels. Default false.
   */
  readonly repeats?: boolean;
  /** Path of the FFmpeg to use. Default: see {@link findFFmpeg}. */
  readonly ffmpeg?: string;
  /** How long FFmpeg may stand still while it has something to do, in seconds. Default 60. */
  readonly encoderTimeout?: number;
}

/** An encoder that can be started: everything is checked, and nothing has been made yet. */
export interface EncodeJob {
  /** Layout and size of the frames that will be written. */
  readonly format: FrameFormat;
  /** The output as it was asked for. */
  readonly path: string;
  readonly output: Output;
  readonly ffmpeg: FFmpeg;
  readonly args: readonly string[];
  /** How long FFmpeg may stand still, in seconds. */
  readonly encoderTimeout?: number | undefined;
  /** The stream of pictures that `args` ask for; without it, frames go in as they are. */
  readonly avi?: AviStream;
  /** Whether all frames come out as one picture, and not each as a frame. */
  readonly isPicture?: boolean;
}

/** An encoder of a video that can be started. */
export interface EncodePlan extends EncodeSpec, EncodeJob {
  /** FFmpeg's name of the encoder. */
  readonly encoder: string;
}

/**
 * Checks the options, finds FFmpeg, and makes its arguments.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `ENCODER_MISSING`, `OUTPUT_EXISTS`,
 * `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`, `RENDER_UNFINISHED`
 */
export async function planEncoder(options: OpenEncoderOptions, signal?: AbortSignal): Promise<EncodePlan> {
  const spec = checkEncodeOptions(options, options);
  const encoderTimeout = positive('encoderTimeout', options.encoderTimeout ?? 60);
  const ffmpeg = await findFFmpeg(options.ffmpeg, signal);
  const encoder = chooseEncoder(spec, ffmpeg);
  const output = await planOutput(options.output, options.overwrite ?? false, options.restart);
  const args = ffmpegArguments(spec, encoder, output.target);
  return { ...spec, path: options.output, output, ffmpeg, encoder, args, encoderTimeout };
}

const LEAST_SVT_SIDE = 64; // pixels; SVT-AV1 refuses less.

function chooseEncoder({ codec, profile, format }: EncodeSpec, ffmpeg: FFmpeg): string {
  const isTiny = Math.min(format.width, format.height) < LEAST_SVT_SIDE;
  const able = profile.encoders.filter((name) => !(isTiny && name === 'libsvtav1'));
  const encoder = able.find((name) => ffmpeg.encoders.has(name));
  if (encoder) return encoder;
  const names = able.join(' or ');
  throw new FilmgateError(
    'ENCODER_MISSING',
    `codec: ${ffmpeg.path} (version ${ffmpeg.version}) was built without ${names}, which ${codec} needs` +
      `${able.length < profile.encoders.length ? ' for so small a picture' : ''}; ` +
      'choose another codec, or an FFmpeg that has it',
  );
}
