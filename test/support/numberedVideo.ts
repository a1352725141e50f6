import { execFileSync } from 'node:child_process';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { paintIndex, SMALL } from './video';

/** A video whose frames bear their numbers, and when each of them begins, in seconds. */
export interface NumberedVideo {
  readonly file: string;
  readonly times: readonly number[];
}

/** How such a video is made. */
export interface NumberedOptions {
  /** Frames a second, as FFmpeg reads it. */
  readonly rate: string;
  readonly frames: number;
  /** Number of the first frame. Default 0. */
  readonly first?: number;
  /** Every so many frames one is held for twice its time: a variable rate. */
  readonly holdEvery?: number;
  readonly encode: readonly string[];
  /** Arguments between the frames and the output: other inputs, maps. */
  readonly inputs?: readonly string[];
}

/** Makes a video of frames painted by `paintIndex`. */
export async function makeNumbered(file: string, options: NumberedOptions): Promise<NumberedVideo> {
  const { rate, frames, first = 0, holdEvery = 0, encode, inputs = [] } = options;
  const { path } = await findFFmpeg();
  const input = Buffer.concat(Array.from({ length: frames }, (_, index) => paintIndex(first + index)));
  const [numerator = 1, denominator = 1] = rate.split('/').map(Number);
  const tickAt = (index: number) => index + (holdEvery ? Math.floor(index / holdEvery) : 0);
  const stretch = holdEvery
    ? ['-vf', `setpts='(N+floor(N/${holdEvery}))/(${rate})/TB'`, '-fps_mode', 'vfr']
    : [];
  const args = ['-loglevel', 'error', '-y', '-f', 'rawvideo', '-pixel_format', 'rgba', '-framerate', rate];
  args.push(
    '-video_size',
    `${SMALL.width}x${SMALL.height}`,
    '-i',
    'pipe:0',
    ...inputs,
    ...stretch,
    ...encode,
    file,
  );
  execFileSync(path, args, { input });
  return {
    file,
    times: Array.from({ length: frames }, (_, index) => (tickAt(index) * denominator) / numerator),
  };
}

export const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
  '-bf',
  '3',
  '-g',
  '30',
];
export const VP9_ALPHA = [
  '-c:v',
  'libvpx-vp9',
  '-pix_fmt',
  'yuva420p',
  '-auto-alt-ref',
  '0',
  '-cpu-used',
  '8',
];
export const PRORES = ['-c:v', 'prores_ks', '-profile:v', '0', '-pix_fmt', 'yuv422p10le'];
