import { type EncodeOptions, resolveEncodeOptions } from '../../src/encode/encodeOptions';
import { type FrameFormat, hasAlpha } from '../../src/frames/format';
import { type FrameRateInput, parseFrameRate } from '../../src/frames/rate';

/** What is encoded, and how, in one. */
export interface EncodeRequest extends EncodeOptions {
  readonly output: string;
  readonly format: FrameFormat;
  readonly fps: FrameRateInput;
  readonly first: number;
  readonly sourceAlpha: boolean;
  readonly repeats: boolean;
}

/** Resolves options of a small RGBA video, changed in some points. */
export function resolved(change: Partial<EncodeRequest>) {
  const { output = 'video.mp4', fps = 30, first = 0, repeats = false, ...options } = change;
  const { format = { pixels: 'rgba', width: 64, height: 48 } } = change;
  const { sourceAlpha = hasAlpha(format) } = change;
  const input = { format, fps: parseFrameRate(fps), first, sourceAlpha, repeats };
  return { options, spec: resolveEncodeOptions(options, input, output) };
}
