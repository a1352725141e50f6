import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFFmpeg } from '../../src';

/** The checksum of each frame of a video, decoded. */
export async function decodedFrames(video: string): Promise<string[]> {
  const { path } = await findFFmpeg();
  const args = ['-v', 'error', '-i', video, '-map', '0:v', '-f', 'framemd5', '-'];
  const { stdout } = await promisify(execFile)(path, args, { maxBuffer: 2 ** 26 });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(',').at(-1) as string).map((sum) => sum.trim());
}
