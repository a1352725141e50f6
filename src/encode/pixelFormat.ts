import { invalidOption } from '../errors';
import { hasAlpha } from '../frames/format';
import { CODECS, type Codec } from './codecs';
import type { EncodeInput, EncodeOptions, EncodeSpec } from './encodeOptions';

/** Pixel formats with an alpha channel, by FFmpeg's names. */
const ALPHA = /^(yuva|ya\d|rgba|bgra|argb|abgr|gbrap|pal8)/;

/**
 * Chooses what is encoded, and whether the frames' alpha channel gets into it.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function choosePixelFormat(
  codec: Codec,
  options: EncodeOptions,
  input: EncodeInput,
): Pick<EncodeSpec, 'pixelFormat' | 'keepAlpha'> {
  if (options.alpha) checkAlpha(codec, options, input);
  const wantsAlpha = options.alpha ?? input.sourceAlpha;
  const pixelFormat = options.pixelFormat ?? defaultPixelFormat(codec, options, wantsAlpha);
  if (options.pixelFormat !== undefined) checkPixelFormat(codec, options.pixelFormat);
  return { pixelFormat, keepAlpha: wantsAlpha && hasAlpha(input.format) && ALPHA.test(pixelFormat) };
}

/** What is lost without anybody having said so: an alpha channel, in a container that could hold one. */
export function alphaWarning(spec: EncodeSpec, options: EncodeOptions): string | undefined {
  const { extension, codec, keepAlpha, input } = spec;
  if (keepAlpha || !input.sourceAlpha || options.alpha !== undefined || options.codec !== undefined) return;
  const able = codecsWithAlpha().filter((name) => CODECS[name].extensions.includes(extension));
  if (able.length === 0) return undefined;
  const fix = `codec ${able.join(' or ')} keeps it, alpha false (--no-alpha) drops it without this warning`;
  return `the alpha channel is dropped: ${codec} in ${extension} has none; ${fix}`;
}

function checkAlpha(codec: Codec, { preset }: EncodeOptions, { format }: EncodeInput): void {
  if (!CODECS[codec].alphaPixelFormat) {
    throw invalidOption('alpha', true, `${codec} has no alpha channel: use ${codecsWithAlpha().join(', ')}`);
  }
  if (!hasAlpha(format)) {
    throw invalidOption('alpha', true, 'the frames have no alpha channel: give rgba, bgra or png frames');
  }
  if (isOpaqueProfile(codec, preset)) {
    throw invalidOption('alpha', true, `the preset ${preset} has no alpha channel: use 4444 or 4444xq`);
  }
}

function checkPixelFormat(codec: Codec, pixelFormat: string): void {
  if (codec === 'gif' && pixelFormat !== CODECS.gif.pixelFormat) {
    throw invalidOption('pixelFormat', pixelFormat, 'a GIF has a palette: leave it out');
  }
  if (/^[a-z][a-z0-9]*$/.test(pixelFormat)) return;
  throw invalidOption('pixelFormat', pixelFormat, "give one of FFmpeg's names, such as yuv420p");
}

function defaultPixelFormat(codec: Codec, { preset }: EncodeOptions, wantsAlpha: boolean): string {
  const { pixelFormat, alphaPixelFormat } = CODECS[codec];
  if (wantsAlpha && alphaPixelFormat && !isOpaqueProfile(codec, preset)) return alphaPixelFormat;
  return codec === 'prores' && preset?.startsWith('4444') ? 'yuv444p10le' : pixelFormat;
}

function isOpaqueProfile(codec: Codec, preset: string | undefined): boolean {
  return codec === 'prores' && preset !== undefined && !preset.startsWith('4444');
}

function codecsWithAlpha(): Codec[] {
  return (Object.keys(CODECS) as Codec[]).filter((name) => CODECS[name].alphaPixelFormat);
}
