import { existsSync, statSync } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { FilmgateError } from '../../errors';
import type { Output } from './output';
import { alreadyThere, moveInto, sync } from './place';
import { unfinished, Workplace } from './workplace';

/** A video that is one file. With `restart`, an unfinished render of it is given up. */
export function fileOutput(final: string, overwrite: boolean, restart = false): Output {
  const workplace = new Workplace(final);
  const target = workplace.path(`video${extname(final)}`);
  const refuseUnfinished = () => {
    if (workplace.isUnfinished && !restart) throw unfinished(final);
  };
  return {
    workplace,
    target,
    async check() {
      if (existsSync(final) && statSync(final).isDirectory()) {
        throw new FilmgateError('OUTPUT_UNWRITABLE', `output: ${final} is a folder; name a file in it`);
      }
      if (existsSync(final) && !overwrite) throw alreadyThere(final);
      workplace.check();
      refuseUnfinished();
    },
    begin: () => workplace.enter([], refuseUnfinished), // Another render may have come and gone since the check.
    async publish() {
      const bytes = await moveInto(final, async () => {
        const { size } = await stat(target);
        await sync(target);
        await (overwrite ? rename(target, final) : moveToFreeName(target, final));
        return size;
      });
      workplace.leave();
      return bytes;
    },
    discard: async () => workplace.leave(),
    discardSync: () => workplace.leave(),
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
