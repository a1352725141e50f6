import { extname } from 'node:path';
import { invalidOption } from '../errors';
import { integerInRange } from '../frames/check';
import { checkFormat, type FrameFormat } from '../frames/format';
import { type FrameRate, formatFrameRate } from '../frames/rate';
import { CODECS, type Codec, DEFAULT_CODEC } from './codecs';
import { choosePixelFormat } from './pixelFormat';

/** How frames become a video: what may be left out is chosen by the codec. */
export interface EncodeOptions {
  /** Default: what the output's extension stands for (`.mp4`, `.mov`, `.mkv`: h264; `.webm`: vp9). */
  readonly codec?: Codec;
  /** Constant rate factor: lower is better and larger. Not together with `bitrate`. */
  readonly crf?: number;
  /** Average bits per second, such as `8M` or 8000000. Not together with `crf`. */
  readonly bitrate?: number | string;
  /**
   * The encoder's speed preset; for ProRes its profile (`proxy`, `lt`, `standard`, `hq`, `4444`, `4444xq`). Default for
   * h264: `veryfast` with no more than two B-frames in a row and `-subq 1`, because the encoder shares the cores with the
   * capture.
   */
  readonly preset?: string;
  /** FFmpeg's name of the pixel format to encode, such as `yuv444p`. */
  readonly pixelFormat?: string;
  /** Whether to keep the alpha channel. Default: if the frames have one and the codec can. */
  readonly alpha?: boolean;
  /** Threads of the encoder, at least 1. Default: the encoder's own choice. */
  readonly threads?: number;
  /** Moves the index of an mp4 or mov to its front, so that it plays while it loads. Default true. */
  readonly faststart?: boolean;
  /**
   * Receives FFmpeg's argument list and returns the one to use instead. Keep `-progress` and the pipes. In a render in
   * segments it is also called once for all of them, with `{segment}` for the path of a segment's file.
   */
  readonly ffmpegArgs?: (args: string[]) => string[];
}

/** What goes into an encoder. */
export interface EncodeInput {
  /** Layout and size of the frames. */
  readonly format: FrameFormat;
  readonly fps: FrameRate;
  /** The number that a PNG sequence starts with. */
  readonly first: number;
  /** Whether the alpha channel of the frames means anything. */
  readonly sourceAlpha: boolean;
  /** Whether frames are compared, and one that equals the last is left out of an AVI stream of pictures. */
  readonly repeats: boolean;
}

/** What comes out of it. All is resolved but which of the codec's encoders this FFmpeg has. */
export interface EncodeSpec {
  readonly input: EncodeInput;
  readonly codec: Codec;
  /** Of the output's name, in lower case. */
  readonly extension: string;
  /** FFmpeg's name of the pixel format that is encoded. */
  readonly pixelFormat: string;
  /** Whether the frames' alpha channel gets into the video. */
  readonly keepAlpha: boolean;
}

/**
 * Resolves everything that can be known without FFmpeg.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function resolveEncodeOptions(options: EncodeOptions, input: EncodeInput, output: string): EncodeSpec {
  const extension = extname(output).toLowerCase();
  const codec = options.codec ?? DEFAULT_CODEC[extension];
  if (!codec) {
    throw invalidOption(
      'output',
      output,
      `use one of the extensions ${Object.keys(DEFAULT_CODEC).join(', ')}`,
    );
  }
  const profile = CODECS[codec];
  if (!profile) throw invalidOption('codec', codec, `use one of ${Object.keys(CODECS).join(', ')}`);
  if (!profile.extensions.includes(extension)) {
    throw invalidOption('output', output, `${codec} supports ${profile.extensions.join(', ')}`);
  }
  checkFormat(input.format);
  const { fps } = input;
  if (codec === 'gif' && fps.numerator / fps.denominator > 50) {
    throw invalidOption(
      'fps',
      formatFrameRate(fps),
      'a GIF counts in hundredths of a second: use 50 or less',
    );
  }
  checkRateControl(codec, options);
  checkPreset(codec, options.preset);
  if (options.threads !== undefined) integerInRange('threads', options.threads, 1);
  integerInRange('first', input.first, 0);
  const repeats = input.repeats && codec !== 'gif';
  return {
    input: { ...input, repeats },
    codec,
    extension,
    ...choosePixelFormat(codec, options, input),
  };
}

function checkRateControl(codec: Codec, { crf, bitrate }: EncodeOptions): void {
  const profile = CODECS[codec];
  if (crf !== undefined && bitrate !== undefined) {
    throw invalidOption('crf', crf, `bitrate ${bitrate} is given as well: give one of the two`);
  }
  if (crf !== undefined) {
    if (!profile.crf) throw invalidOption('crf', crf, `${codec} has no rate factor: leave it out`);
    const { min, max } = profile.crf;
    if (!(crf >= min && crf <= max)) throw invalidOption('crf', crf, `${codec} accepts ${min} to ${max}`);
  }
  if (bitrate !== undefined) {
    if (!profile.bitrate) throw invalidOption('bitrate', bitrate, `${codec} has no bit rate: leave it out`);
    if (!/^\d*[1-9]\d*(\.\d+)?[kKM]?$/.test(String(bitrate))) {
      throw invalidOption('bitrate', bitrate, 'give bits per second above 0, such as 8M or 800k');
    }
  }
}

function checkPreset(codec: Codec, preset: string | undefined): void {
  const { presets } = CODECS[codec];
  if (preset === undefined || presets.includes(preset)) return;
  const fix =
    presets.length > 0 ? `${codec} accepts ${presets.join(', ')}` : `${codec} has none: leave it out`;
  throw invalidOption('preset', preset, fix);
}
