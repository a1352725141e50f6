import type { Codec } from '../encode/codecs';
import type { FrameRate } from '../frames/rate';

const TICKS = 90_000; // a second, in MPEG-TS
const FEWEST_TICKS = 10_000; // a second, below which mp4 and mov are given a multiple
const FEWEST_FRAMES = 12; // each has a packet at least, and of fewer FFmpeg does not see that they are MPEG-TS

/**
 * The kind of file that a segment is encoded to, such that several can be joined without loss and at exact times;
 * undefined where there is none. MPEG-TS needs no times of the future for H.264 and H.265, but counts in ticks of its
 * own: at 60000/1001 or 24000/1001 they are no whole number for a frame, and rounded ones come out wrong once joined.
 * `fewest` is the number of frames in the shortest segment.
 */
export function segmentExtension(
  codec: Codec,
  pixelFormat: string,
  fps: FrameRate,
  fewest = FEWEST_FRAMES,
): string | undefined {
  if (codec === 'h264' || codec === 'h265') return fitsTicks(fps) && fewest >= FEWEST_FRAMES ? '.ts' : '.mp4';
  if (codec === 'prores') return '.mov';
  if (codec === 'av1' || (codec === 'vp9' && !pixelFormat.startsWith('yuva'))) return '.mp4';
  return undefined;
}

/**
 * Ticks in a second of an mp4 or a mov that is joined from segments of a kind: every frame begins at one, and no time is
 * rounded on the way.
 */
export function timescale(segment: string, { numerator }: FrameRate): number {
  if (segment === '.ts') return TICKS;
  let ticks = numerator;
  while (ticks < FEWEST_TICKS) ticks *= 2;
  return ticks;
}

function fitsTicks({ numerator, denominator }: FrameRate): boolean {
  return (TICKS * denominator) % numerator === 0;
}
