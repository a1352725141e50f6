/** What can be encoded to. */
export type Codec = 'h264' | 'h265' | 'vp9' | 'av1' | 'prores' | 'gif' | 'png';

/** What the choices that are open to a caller become for one of FFmpeg's encoders. */
export interface CodecArgsInput {
  /** Constant rate factor, where the codec has one. */
  readonly crf?: number | undefined;
  /** Average bits per second, as FFmpeg reads it: `8M`. */
  readonly bitrate?: string | undefined;
  /** One of the codec's presets. */
  readonly preset?: string | undefined;
  /** FFmpeg's name of the pixel format that is encoded. */
  readonly pixelFormat: string;
}

/** The rate factors that a codec takes: lower is better and larger. */
export interface CrfRange {
  /** The best. */
  readonly min: number;
  /** The smallest. */
  readonly max: number;
  /** The default. */
  readonly default: number;
}

/** One codec: where it can live, and how FFmpeg is told to make it. */
export interface CodecProfile {
  /** FFmpeg's encoders for it, the preferred one first. */
  readonly encoders: readonly string[];
  /** Extensions of the containers that it can live in, the usual one first. */
  readonly extensions: readonly string[];
  /** FFmpeg's name of the pixel format that is encoded when none is asked for. */
  readonly pixelFormat: string;
  /** The pixel format that keeps an alpha channel, where the codec has one. */
  readonly alphaPixelFormat?: string;
  /** Range of its rate factor, where it has one. */
  readonly crf?: CrfRange;
  /** Whether a bit rate can be asked for. */
  readonly bitrate: boolean;
  /** The presets that it knows: what they are called in FFmpeg, and their range, are the encoder's own. */
  readonly presets: readonly string[];
  /** FFmpeg's arguments for the encoder, its rate control and its preset. */
  args(encoder: string, settings: CodecArgsInput): string[];
}

const X26X_PRESETS = 'ultrafast superfast veryfast faster fast medium slow slower veryslow placebo'.split(
  ' ',
);
const PRORES_PROFILES = ['proxy', 'lt', 'standard', 'hq', '4444', '4444xq'];

/** Every codec, by its name. */
export const CODECS: Record<Codec, CodecProfile> = {
  h264: {
    encoders: ['libx264'],
    extensions: ['.mp4', '.mov', '.mkv'],
    pixelFormat: 'yuv420p',
    crf: { min: 0, max: 51, default: 18 },
    bitrate: true,
    presets: X26X_PRESETS,
    args: (_encoder, { crf = 18, bitrate, preset }) => [
      ...(preset ? ['-preset', preset] : ['-preset', 'veryfast', '-bf', '2', '-subq', '1']), // docs/performance-pages.md
      ...(bitrate ? ['-b:v', bitrate] : ['-crf', String(crf)]),
    ],
  },
  h265: {
    encoders: ['libx265'],
    extensions: ['.mp4', '.mov', '.mkv'],
    pixelFormat: 'yuv420p',
    crf: { min: 0, max: 51, default: 22 },
    bitrate: true,
    presets: X26X_PRESETS,
    args: (_encoder, { crf = 22, bitrate, preset = 'medium' }) => [
      ...['-preset', preset],
      ...(bitrate ? ['-b:v', bitrate] : ['-crf', String(crf)]),
      ...['-x265-params', 'log-level=error', '-tag:v', 'hvc1'], // hvc1 is what Apple's players ask for.
    ],
  },
  vp9: {
    encoders: ['libvpx-vp9'],
    extensions: ['.webm', '.mkv'],
    pixelFormat: 'yuv420p',
    alphaPixelFormat: 'yuva420p',
    crf: { min: 0, max: 63, default: 30 },
    bitrate: true,
    presets: numbers(0, 8),
    args: (_encoder, { crf = 30, bitrate, preset = '4', pixelFormat }) => [
      ...['-deadline', 'good', '-cpu-used', preset, '-row-mt', '1'],
      ...(bitrate ? ['-b:v', bitrate] : ['-crf', String(crf), '-b:v', '0']),
      ...(pixelFormat.startsWith('yuva') ? ['-auto-alt-ref', '0'] : []), // libvpx has no hidden frames with alpha.
    ],
  },
  av1: {
    encoders: ['libsvtav1', 'libaom-av1'],
    extensions: ['.mp4', '.webm', '.mkv'],
    pixelFormat: 'yuv420p',
    crf: { min: 0, max: 63, default: 30 },
    bitrate: true,
    presets: numbers(0, 13),
    args: (encoder, { crf = 30, bitrate, preset = '8' }) => [
      ...(encoder === 'libaom-av1' ? ['-cpu-used', atMost(8, preset), '-row-mt', '1'] : ['-preset', preset]),
      ...(bitrate ? ['-b:v', bitrate] : ['-crf', String(crf)]),
      ...(encoder === 'libaom-av1' && !bitrate ? ['-b:v', '0'] : []),
    ],
  },
  prores: {
    encoders: ['prores_ks'],
    extensions: ['.mov'],
    pixelFormat: 'yuv422p10le',
    alphaPixelFormat: 'yuva444p10le',
    bitrate: false,
    presets: PRORES_PROFILES,
    args: (_encoder, { preset, pixelFormat }) => [
      ...['-profile:v', preset ?? (pixelFormat.includes('444') ? '4444' : 'hq'), '-vendor', 'apl0'],
      ...(pixelFormat.startsWith('yuva') ? ['-alpha_bits', '16'] : []),
    ],
  },
  gif: {
    encoders: ['gif'],
    extensions: ['.gif'],
    pixelFormat: 'pal8',
    alphaPixelFormat: 'pal8',
    bitrate: false,
    presets: [],
    args: () => [],
  },
  png: {
    encoders: ['png'],
    extensions: ['.png'],
    pixelFormat: 'rgb24',
    alphaPixelFormat: 'rgba',
    bitrate: false,
    presets: [],
    args: () => [],
  },
};

/** The codec that an output's extension stands for when none is named. */
export const DEFAULT_CODEC: Record<string, Codec> = {
  '.mp4': 'h264',
  '.mov': 'h264',
  '.mkv': 'h264',
  '.webm': 'vp9',
  '.gif': 'gif',
  '.png': 'png',
};

function numbers(min: number, max: number): string[] {
  return Array.from({ length: max - min + 1 }, (_, step) => String(min + step));
}

function atMost(max: number, preset: string): string {
  return String(Math.min(max, Number(preset)));
}
