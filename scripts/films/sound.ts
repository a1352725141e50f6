import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';

const run = promisify(execFile);
const RATE = 48_000;
const FARTHEST = RATE / 20;

/** How far the sounds of two videos are from each other. */
export interface SoundDifference {
  /** Which of the two have any. */
  readonly has: readonly [boolean, boolean];
  /** By how many ms the second is late. */
  readonly offset: number;
  /** How alike they are, once moved by that: 1 is the same. */
  readonly correlation: number;
  /** By how many dB the second is louder. */
  readonly louder: number;
}

/** Compares what is heard in two videos. */
export async function compareSounds(one: string, other: string): Promise<SoundDifference> {
  const [a, b] = await Promise.all([decode(one), decode(other)]);
  const has = [a.length > 0, b.length > 0] as const;
  if (!has[0] || !has[1]) return { has, offset: 0, correlation: has[0] === has[1] ? 1 : 0, louder: 0 };
  let best = { offset: 0, product: Number.NEGATIVE_INFINITY };
  for (const step of [24, 1]) {
    const middle = step === 24 ? 0 : best.offset;
    const reach = step === 24 ? FARTHEST : 24;
    for (let offset = middle - reach; offset <= middle + reach; offset += step) {
      const product = productOf(a, b, offset);
      if (product > best.product) best = { offset, product };
    }
  }
  const [energyA, energyB] = [productOf(a, a, 0), productOf(b, b, 0)];
  return {
    has,
    offset: (best.offset / RATE) * 1000,
    correlation: best.product / Math.sqrt(energyA * energyB),
    louder: 10 * Math.log10(energyB / energyA),
  };
}

/** Whether they sound the same, as far as two AAC encoders can. */
export function soundEqual({ has, offset, correlation, louder }: SoundDifference): boolean {
  return has[0] === has[1] && Math.abs(offset) <= 1 && correlation >= 0.98 && Math.abs(louder) <= 0.5;
}

function productOf(a: Float32Array, b: Float32Array, offset: number): number {
  let sum = 0;
  for (let at = Math.max(0, -offset); at < Math.min(a.length, b.length - offset); at += 1)
    sum += (a[at] as number) * (b[at + offset] as number);
  return sum;
}

async function decode(path: string): Promise<Float32Array> {
  const { path: ffmpeg } = await findFFmpeg();
  // From the time 0 of the file on, as a player is to be heard.
  const fromStart = ['-af', `aresample=${RATE}:async=1:first_pts=0`, '-ac', '1', '-f', 'f32le', '-'];
  const args = ['-v', 'error', '-copyts', '-i', path, '-map', '0:a:0?', ...fromStart];
  const { stdout } = await run(ffmpeg, args, { encoding: 'buffer', maxBuffer: 2 ** 31 }).catch(() => ({
    stdout: Buffer.alloc(0), // There is no sound.
  }));
  return Float32Array.from({ length: stdout.length / 4 }, (_, at) => stdout.readFloatLE(at * 4));
}
