import { accessSync, constants, statfsSync } from 'node:fs';
import { formatBytes } from '../../../frames/bytes';
import { inexact } from './inexact';

const FOLDER = '/dev/shm';
const PROFILE = 32e6; // bytes: what else a browser keeps in its profile.
const BROWSERS = 4;

/**
 * A folder in memory with enough room for browsers that each write a frame of so many bytes.
 *
 * @throws FilmgateError `CAPTURE_INEXACT`
 */
export function memoryFolder(frame: number, folder = FOLDER): string {
  const needed = BROWSERS * (frame + PROFILE);
  const room = roomIn(folder);
  if (room === undefined) throw inexact(`${folder} cannot be written to`);
  if (room >= needed) return folder;
  const message = `${folder} has ${formatBytes(room)} left, and ${formatBytes(needed)} are needed`;
  throw inexact(message);
}

function roomIn(folder: string): number | undefined {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
