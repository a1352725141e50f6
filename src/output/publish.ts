import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import { debug } from '../process/debug';

export function alreadyThere(path: string): FilmgateError {
  return new FilmgateError(
    'OUTPUT_EXISTS',
    `output: ${path} exists; name another, or ask to overwrite it (-y)`,
  );
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
  debug('publish %s', final);
  const moved = await move().catch((error: unknown) => {
    if (FilmgateError.is(error)) throw error;
    const message = `the finished video could not be moved to ${final}: ${messageOf(error)}`;
    throw new FilmgateError('PUBLISH_FAILED', message, { cause: error });
  });
  await sync(dirname(final)).catch(() => {}); // Not every system can sync a folder.
  return moved;
}
