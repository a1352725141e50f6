import { existsSync, mkdirSync, statSync } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FilmgateError, invalidOption } from '../errors';
import type { Output } from './output';
import { alreadyThere, moveInto, sync } from './publish';
import { WorkDirectory } from './workDirectory';

const NUMBER = /%0?\d*d/;

/** A video that is a sequence of files: the folder that holds them takes its place as a whole. */
export function sequenceOutput(final: string, overwrite: boolean): Output {
  const folder = dirname(final);
  const pattern = basename(final);
  const workDirectory = new WorkDirectory(folder);
  const target = workDirectory.path('frames');
  const isOfSequence = matcher(pattern);
  return {
    workDirectory,
    target: join(target.replaceAll('%', '%%'), pattern), // FFmpeg reads the whole path as a pattern.
    async check() {
      if (!NUMBER.test(pattern)) {
        throw invalidOption(
          'output',
          final,
          'give a PNG sequence a place for the number, such as frames/%05d.png',
        );
      }
      if (existsSync(folder) && !statSync(folder).isDirectory()) {
        throw new FilmgateError('OUTPUT_UNWRITABLE', `output: ${folder} is not a folder; name another`);
      }
      workDirectory.check();
      const there = existsSync(folder) ? await readdir(folder) : [];
      if (there.length > 0 && !overwrite) throw alreadyThere(folder);
      const foreign = there.find((file) => !isOfSequence(file));
      if (foreign === undefined) return;
      const message = `output: ${folder} also holds ${foreign}; name a folder that holds nothing but the sequence`;
      throw new FilmgateError('OUTPUT_EXISTS', message);
    },
    begin() {
      workDirectory.acquire();
      mkdirSync(target);
    },
    async publish() {
      const bytes = await moveInto(folder, async () => {
        const files = await readdir(target);
        const sizes = await Promise.all(files.map(async (file) => (await stat(join(target, file))).size));
        await sync(target);
        await (overwrite
          ? replaceFolder(target, folder, workDirectory.path('old'))
          : moveToFreeFolder(target, folder));
        return sizes.reduce((sum, size) => sum + size, 0);
      });
      workDirectory.release();
      return bytes;
    },
    discard: async () => workDirectory.release(),
    discardSync: () => workDirectory.release(),
  };
}

/** Whether a file's name is one that the pattern makes. */
function matcher(pattern: string): (file: string) => boolean {
  const [before = '', after = ''] = pattern.split(NUMBER);
  return (file) =>
    file.startsWith(before) && file.endsWith(after) && /^\d+$/.test(file.slice(before.length, -after.length));
}

async function replaceFolder(from: string, to: string, old: string): Promise<void> {
  const isThere = existsSync(to);
  if (isThere) await rename(to, old);
  try {
    await rename(from, to);
  } catch (error) {
    if (isThere) await rename(old, to);
    throw error;
  }
}

/** A folder takes the place of none or of an empty one, and of nothing that another render has put there meanwhile. */
async function moveToFreeFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (existsSync(to)) throw alreadyThere(to);
    throw error;
  }
}
