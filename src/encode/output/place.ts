import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FilmgateError, messageOf } from '../../errors';

export function alreadyThere(path: string): FilmgateError {
  return new FilmgateError(
    'OUTPUT_EXISTS',
    `output: ${path} exists; name another, or ask to overwrite it (-y)`,
  );
}

/** Makes sure that files can be made in a folder, by making one. */
export async function tryFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) {
    throw new FilmgateError('OUTPUT_UNWRITABLE', `output: there is no folder ${folder}; make it first`);
  }
  const probe = join(folder, `.filmgate-${randomBytes(4).toString('hex')}`);
  try {
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } catch (error) {
    const message = `output: ${folder} cannot be written to: ${messageOf(error)}`;
    throw new FilmgateError('OUTPUT_UNWRITABLE', message, { cause: error });
  }
}

/** Waits until a file or a folder is on the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a finished video to its place with `move`, makes the move last, and returns what `move` does. */
export async function moveInto<T>(final: string, move: () => Promise<T>): Promise<T> {
  const moved = await move().catch((error: unknown) => {
    if (error instanceof FilmgateError) throw error;
    const message = `the finished video could not be moved to ${final}: ${messageOf(error)}`;
    throw new FilmgateError('PUBLISH_FAILED', message, { cause: error });
  });
  await sync(dirname(final)).catch(() => {}); // Not every system can sync a folder.
  return moved;
}
