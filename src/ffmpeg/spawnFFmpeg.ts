import type { StdioOptions } from 'node:child_process';
import { FilmgateError, messageOf } from '../errors';
import { ChildProcess } from '../process/childProcess';

/**
 * Starts an FFmpeg, which ends with this process.
 *
 * @throws FilmgateError `ENCODE_FAILED`
 */
export function spawnFFmpeg(path: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const env = { SVT_LOG: '1' }; // SVT-AV1 does not listen to -loglevel.
  try {
    return new ChildProcess(path, args, { stdio, env, kind: 'ffmpeg', diesWithParent: true });
  } catch (cause) {
    throw new FilmgateError('ENCODE_FAILED', `FFmpeg could not be started: ${messageOf(cause)}`, { cause });
  }
}
