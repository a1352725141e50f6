import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';

const run = promisify(execFile);
const BLOCK = 16; // Pixels: a blank page may have a high SSIM, but not equal blocks.

/** How far two videos are from each other. */
export interface Difference {
  readonly frames: readonly [number, number];
  readonly sizes: readonly [string, string];
  /** The lowest SSIM of any frame, and which frame has it. */
  readonly ssim: number;
  readonly worstFrame: number;
  /** The most by which the mean of a block of 16 × 16 differs in any channel, out of 255. */
  readonly block: number;
  readonly blockAt: string;
}

interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Buffer[];
}

/** Compares two videos frame by frame, alpha included where they have it. */
export async function compareVideos(one: string, other: string): Promise<Difference> {
  const [a, b] = await Promise.all([decode(one), decode(other)]);
  const found = { ssim: 1, worstFrame: 0, block: 0, blockAt: '' };
  const isSameSize = a.width === b.width && a.height === b.height;
  if (isSameSize) {
    for (const [frame, ssim] of (await ssims(one, other)).entries())
      if (ssim < found.ssim) Object.assign(found, { ssim, worstFrame: frame });
    for (const [frame, picture] of a.frames.entries()) {
      const opposite = b.frames[frame];
      if (opposite) compareBlocks(picture, opposite, a, frame, found);
    }
  }
  return {
    frames: [a.frames.length, b.frames.length],
    sizes: [`${a.width}x${a.height}`, `${b.width}x${b.height}`],
    ...found,
  };
}

/** Whether the videos show the same, as far as two encoders can. */
export function areEqual({ frames, sizes, ssim, block }: Difference): boolean {
  return frames[0] === frames[1] && sizes[0] === sizes[1] && ssim >= 0.98 && block <= 16;
}

function compareBlocks(
  one: Buffer,
  other: Buffer,
  { width, height }: Pictures,
  frame: number,
  found: { block: number; blockAt: string },
): void {
  for (let top = 0; top < height; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK) {
      const right = Math.min(width, left + BLOCK);
      const bottom = Math.min(height, top + BLOCK);
      const sums = [0, 0, 0, 0];
      for (let y = top; y < bottom; y += 1) {
        for (let at = (y * width + left) * 4; at < (y * width + right) * 4; at += 1)
          sums[at % 4] = (sums[at % 4] ?? 0) + seen(one, at) - seen(other, at);
      }
      const mean = Math.max(...sums.map(Math.abs)) / ((right - left) * (bottom - top));
      if (mean > found.block)
        Object.assign(found, { block: mean, blockAt: `frame ${frame}, ${left},${top}` });
    }
  }
}

/** A byte of a picture over black; its alpha as it is. */
function seen(picture: Buffer, at: number): number {
  const value = picture[at] ?? 0;
  return at % 4 === 3 ? value : (value * (picture[at | 3] ?? 0)) / 255;
}

/** FFmpeg's own decoder of VP9 drops the alpha channel. */
function decoder(path: string): string[] {
  return path.endsWith('.webm') ? ['-c:v', 'libvpx-vp9'] : [];
}

async function decode(path: string): Promise<Pictures> {
  const { path: ffmpeg } = await findFFmpeg();
  const { stderr } = await run(ffmpeg, ['-hide_banner', ...decoder(path), '-i', path, '-f', 'null', '-']);
  const [, width, height] = /Video: .*?, (\d+)x(\d+)/.exec(stderr) ?? [];
  const args = ['-v', 'error', ...decoder(path), '-i', path, '-fps_mode', 'passthrough'];
  const { stdout } = await run(ffmpeg, [...args, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'], {
    encoding: 'buffer',
    maxBuffer: 2 ** 31,
  });
  const bytes = Number(width) * Number(height) * 4;
  const frames = Array.from({ length: stdout.length / bytes }, (_, index) =>
    stdout.subarray(index * bytes, (index + 1) * bytes),
  );
  return { width: Number(width), height: Number(height), frames };
}

async function ssims(one: string, other: string): Promise<number[]> {
  const { path: ffmpeg } = await findFFmpeg();
  const inputs = [one, other].flatMap((path) => [...decoder(path), '-i', path]);
  const alpha = one.endsWith('.webm') ? ',format=gbrap,premultiply=inplace=1' : ''; // What is transparent has no colour.
  const input = `settb=1/90000,setpts=N${alpha}`;
  const graph = `[0]${input}[a];[1]${input}[b];[a][b]ssim=stats_file=-`;
  const { stdout } = await run(ffmpeg, ['-v', 'error', ...inputs, '-lavfi', graph, '-f', 'null', '-']);
  return [...stdout.matchAll(/All:([\d.]+)/g)].map(([, value]) => Number(value));
}
