import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import type { FrameRate } from '../../src/frames/rate';

/** What a decoder finds in a video. */
export interface DecodedFrames {
  /** A checksum of each frame, in the order in which they are shown. */
  readonly sums: string[];
  /** The first frame that is not shown at exactly its time, in words. */
  readonly problem: string | undefined;
}

/**
 * Decodes a video as it is, without dropping or repeating a frame, and looks at every time: frame *k* is due at exactly
 * *k* ÷ rate, for exactly 1 ÷ rate. `slack` is in seconds, for containers whose ticks cannot say that.
 */
export async function exactFrames(
  path: string,
  { numerator, denominator }: FrameRate,
  { slack = 0, input = [] }: { slack?: number; input?: readonly string[] } = {},
): Promise<DecodedFrames> {
  const { path: ffmpeg } = await findFFmpeg();
  const args = ['-loglevel', 'error', '-copyts', ...input, '-i', path, '-map', '0:v:0'];
  const { stdout } = await promisify(execFile)(
    ffmpeg,
    [...args, '-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'framemd5', 'pipe:1'],
    { maxBuffer: 2 ** 26 },
  );
  const [, tickNumerator, tickDenominator] = /^#tb 0: (\d+)\/(\d+)/m.exec(stdout)?.map(Number) ?? [];
  const frames = stdout.split('\n').filter((line) => /^\d/.test(line));
  const isOff = (ticks: number, count: number) => {
    // Compared as whole numbers: exactly.
    const is = BigInt(ticks) * BigInt(tickNumerator ?? 0) * BigInt(numerator);
    const due = BigInt(count) * BigInt(denominator) * BigInt(tickDenominator ?? 0);
    return Math.abs(Number(is - due)) > slack * numerator * (tickDenominator ?? 0);
  };
  const at = frames.findIndex((line, index) => {
    const [, , shown, duration] = line.split(',').map(Number);
    return isOff(shown ?? -1, index) || isOff(duration ?? -1, 1);
  });
  return {
    sums: frames.map((line) => line.split(',').at(-1)?.trim() ?? ''),
    problem:
      at < 0 ? undefined : `frame ${at}, in ticks of ${tickNumerator}/${tickDenominator}: ${frames[at]}`,
  };
}
