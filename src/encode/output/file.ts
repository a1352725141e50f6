import { existsSync, rmSync, statSync } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FilmgateError } from '../../errors';
import type { Output } from './output';
import { alreadyThere, moveInto, partialName, sync, tryFolder } from './place';

/** A video that is one file. */
export function fileOutput(final: string, overwrite: boolean): Output {
  const target = join(dirname(final), partialName(basename(final)));
  return {
    target,
    async check() {
      if (existsSync(final) && statSync(final).isDirectory()) {
        throw new FilmgateError('OUTPUT_UNWRITABLE', `output: ${final} is a folder; name a file in it`);
      }
      if (existsSync(final) && !overwrite) throw alreadyThere(final);
      await tryFolder(dirname(final));
    },
    begin() {},
    async publish() {
      return moveInto(final, async () => {
        const { size } = await stat(target);
        await sync(target);
        await (overwrite ? rename(target, final) : moveToFreeName(target, final));
        return size;
      });
    },
    discard: () => rm(target, { force: true }),
    discardSync: () => rmSync(target, { force: true }),
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
