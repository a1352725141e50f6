import { existsSync, statSync } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { FilmgateError } from '../errors';
import type { Output } from './output';
import { alreadyThere, moveInto, sync } from './publish';
import { unfinished, WorkDirectory } from './workDirectory';

/** A video that is one file. With `restart`, an unfinished render of it is discarded. */
export function fileOutput(final: string, overwrite: boolean, restart = false): Output {
  const workDirectory = new WorkDirectory(final);
  const target = workDirectory.path(`video${extname(final)}`);
  const refuseUnfinished = () => {
    if (workDirectory.isUnfinished && !restart) throw unfinished(final);
  };
  return {
    workDirectory,
    target,
    async check() {
      if (existsSync(final) && statSync(final).isDirectory()) {
        throw new FilmgateError('OUTPUT_UNWRITABLE', `output: ${final} is a folder; name a file in it`);
      }
      if (existsSync(final) && !overwrite) throw alreadyThere(final);
      workDirectory.check();
      refuseUnfinished();
    },
    begin: () => workDirectory.acquire([], refuseUnfinished), // Another render may have come and gone since the check.
    async publish() {
      const bytes = await moveInto(final, async () => {
        const { size } = await stat(target);
        await sync(target);
        await (overwrite ? rename(target, final) : moveToFreeName(target, final));
        return size;
      });
      workDirectory.release();
      return bytes;
    },
    discard: async () => workDirectory.release(),
    discardSync: () => workDirectory.release(),
  };
}

/** A link fails where a rename would replace what another render has put there meanwhile. */
async function moveToFreeName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(to);
    return rename(from, to); // A file system without hard links.
  }
  await rm(from);
}
