import { extname } from 'node:path';
import { invalidOption } from '../errors';
import { integerInRange } from '../frames/check';
import { checkFormat, type FrameFormat, hasAlpha } from '../frames/format';
import { type FrameRate, type FrameRateInput, formatFrameRate, parseFrameRate } from '../frames/rate';
import type { AviStream } from './avi';
import { CODECS, type Codec, type CodecProfile, DEFAULT_CODEC } from './codecs';

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
   * h264: `veryfast` with no more than two B-frames in a row, because the encoder shares the cores with the capture.
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
  /** Receives FFmpeg's argument list and returns the one to use instead. Keep `-progress` and the pipes. */
  readonly ffmpegArgs?: (args: string[]) => string[];
}

/** Frames and settings after checking, nothing left open but which of the codec's encoders FFmpeg has. */
export interface EncodeSpec {
  readonly format: FrameFormat;
  readonly fps: FrameRate;
  readonly codec: Codec;
  readonly profile: CodecProfile;
  readonly extension: string;
  readonly pixelFormat: string;
  /** Whether the frames' alpha channel gets into the video. */
  readonly keepsAlpha: boolean;
  /** The number that a PNG sequence starts with. */
  readonly first: number;
  /** The stream of pictures that goes in, where one that equals the last is left out. */
  readonly avi?: AviStream;
  readonly settings: EncodeOptions;
}

/** What {@link checkEncodeOptions} is given beside the settings. */
export interface EncodeInput {
  readonly output: string;
  readonly format: FrameFormat;
  readonly fps: FrameRateInput;
  readonly first?: number;
  readonly repeats?: boolean;
}

/**
 * Checks everything that can be known without FFmpeg.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkEncodeOptions(input: EncodeInput, settings: EncodeOptions): EncodeSpec {
  const extension = extname(input.output).toLowerCase();
  const codec = settings.codec ?? DEFAULT_CODEC[extension];
  if (!codec) {
    throw invalidOption(
      'output',
      input.output,
      `end its name in one of ${Object.keys(DEFAULT_CODEC).join(', ')}`,
    );
  }
  const profile = CODECS[codec];
  if (!profile) throw invalidOption('codec', codec, `use one of ${Object.keys(CODECS).join(', ')}`);
  if (!profile.extensions.includes(extension)) {
    throw invalidOption('output', input.output, `${codec} can live in ${profile.extensions.join(', ')}`);
  }
  checkFormat(input.format);
  const fps = parseFrameRate(input.fps);
  if (codec === 'gif' && fps.numerator / fps.denominator > 50) {
    throw invalidOption(
      'fps',
      formatFrameRate(fps),
      'a GIF counts in hundredths of a second: use 50 or less',
    );
  }
  checkRateControl(codec, profile, settings);
  checkPreset(codec, profile, settings.preset);
  if (settings.threads !== undefined) integerInRange('threads', settings.threads, 1);
  const first = integerInRange('first', input.first ?? 0, 0);
  const pixelFormat = choosePixelFormat(codec, profile, input.format, settings);
  return {
    format: input.format,
    fps,
    codec,
    profile,
    extension,
    pixelFormat,
    keepsAlpha: hasAlpha(input.format) && settings.alpha !== false && ALPHA.test(pixelFormat),
    first,
    ...(input.repeats && codec !== 'gif' && 'image' in input.format
      ? { avi: { format: input.format, fps } }
      : {}),
    settings,
  };
}

function checkRateControl(codec: Codec, profile: CodecProfile, { crf, bitrate }: EncodeOptions): void {
  if (crf !== undefined && bitrate !== undefined) {
    throw invalidOption('crf', crf, `bitrate ${bitrate} is given as well: give one of the two`);
  }
  if (crf !== undefined) {
    if (!profile.crf) throw invalidOption('crf', crf, `${codec} has no rate factor: leave it out`);
    const { min, max } = profile.crf;
    if (!(crf >= min && crf <= max)) throw invalidOption('crf', crf, `${codec} takes ${min} to ${max}`);
  }
  if (bitrate !== undefined) {
    if (!profile.bitrate) throw invalidOption('bitrate', bitrate, `${codec} takes none: leave it out`);
    if (!/^\d*[1-9]\d*(\.\d+)?[kKM]?$/.test(String(bitrate))) {
      throw invalidOption('bitrate', bitrate, 'give bits per second above 0, such as 8M or 800k');
    }
  }
}

function checkPreset(codec: Codec, { presets }: CodecProfile, preset: string | undefined): void {
  if (preset === undefined || presets.includes(preset)) return;
  const fix = presets.length > 0 ? `${codec} takes ${presets.join(', ')}` : `${codec} has none: leave it out`;
  throw invalidOption('preset', preset, fix);
}

/** Pixel formats with an alpha channel, by FFmpeg's names. */
const ALPHA = /^(yuva|ya\d|rgba|bgra|argb|abgr|gbrap|pal8)/;

function choosePixelFormat(
  codec: Codec,
  profile: CodecProfile,
  format: FrameFormat,
  settings: EncodeOptions,
): string {
  const { alphaPixelFormat } = profile;
  if (settings.alpha && !alphaPixelFormat) {
    const able = Object.entries(CODECS).filter(([, { alphaPixelFormat }]) => alphaPixelFormat);
    const names = able.map(([name]) => name).join(', ');
    throw invalidOption('alpha', true, `${codec} has no alpha channel: use ${names}`);
  }
  if (settings.alpha && !hasAlpha(format)) {
    throw invalidOption('alpha', true, 'the frames have no alpha channel: give rgba or png frames');
  }
  const isOpaqueProfile =
    codec === 'prores' && settings.preset !== undefined && !settings.preset.startsWith('4444');
  if (settings.alpha && isOpaqueProfile) {
    throw invalidOption(
      'alpha',
      true,
      `the preset ${settings.preset} has no alpha channel: use 4444 or 4444xq`,
    );
  }
  if (settings.pixelFormat !== undefined) {
    if (codec === 'gif' && settings.pixelFormat !== profile.pixelFormat) {
      throw invalidOption('pixelFormat', settings.pixelFormat, 'a GIF has a palette: leave it out');
    }
    if (/^[a-z][a-z0-9]*$/.test(settings.pixelFormat)) return settings.pixelFormat;
    throw invalidOption('pixelFormat', settings.pixelFormat, "give one of FFmpeg's names, such as yuv420p");
  }
  const keepsAlpha = (settings.alpha ?? hasAlpha(format)) && !isOpaqueProfile;
  if (keepsAlpha && alphaPixelFormat) return alphaPixelFormat;
  return codec === 'prores' && settings.preset?.startsWith('4444') ? 'yuv444p10le' : profile.pixelFormat;
}
