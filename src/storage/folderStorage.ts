import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Content, checkKey, type Storage, storageError } from './storage';

/** Storage in a folder that all machines see, such as a network share. The folder itself is never made: a share that is not mounted is missing. */
export class FolderStorage implements Storage {
  constructor(
    /** Absolute path of the folder. */
    readonly place: string,
  ) {}

  put(key: string, content: Content, signal?: AbortSignal): Promise<void> {
    return this.attempt(`store ${key}`, async () => {
      const path = this.path(key);
      await this.makeFolder(dirname(path));
      const part = `${path}.${randomBytes(4).toString('hex')}.part`;
      try {
        if ('file' in content) await copy(content.file, part, signal);
        await writeThrough(part, 'text' in content ? content.text : undefined);
        signal?.throwIfAborted();
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true }).catch(() => {});
        throw error;
      }
    });
  }

  fetch(key: string, path: string): Promise<boolean> {
    return this.attempt(`read ${key}`, () =>
      this.orMissing(async () => {
        await copyFile(this.path(key), path);
        return true;
      }, false),
    );
  }

  read(key: string): Promise<string | undefined> {
    return this.attempt(`read ${key}`, () =>
      this.orMissing(() => readFile(this.path(key), 'utf8'), undefined),
    );
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.attempt(`list ${prefix}`, async () => {
      const folder = prefix.includes('/') ? posix.dirname(`${prefix}x`) : '';
      const found = await this.orMissing(() => this.filesIn(folder), []);
      return found.filter((key) => key.startsWith(prefix)).sort();
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.attempt('remove files', async () => {
      for (const key of keys) await rm(this.path(key), { force: true });
      const folders = new Set(keys.map((key) => dirname(this.path(key))));
      for (const folder of folders) await this.removeEmpty(folder);
    });
  }

  async close(): Promise<void> {}

  private path(key: string): string {
    return join(this.place, ...checkKey(key).split('/'));
  }

  private async makeFolder(folder: string): Promise<void> {
    if (!existsSync(this.place)) throw new Error('the folder is not there; is the share mounted?');
    await mkdir(folder, { recursive: true });
  }

  private async filesIn(folder: string): Promise<string[]> {
    const entries = await readdir(join(this.place, folder), { withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries) {
      const key = posix.join(folder, entry.name);
      if (entry.isDirectory()) found.push(...(await this.orMissing(() => this.filesIn(key), [])));
      else found.push(key);
    }
    return found;
  }

  /** Removes folders that hold nothing any more, from the innermost on. */
  private async removeEmpty(folder: string): Promise<void> {
    for (let path = folder; path !== this.place && path.startsWith(this.place); path = dirname(path)) {
      try {
        await rmdir(path);
      } catch {
        return; // Something is in it.
      }
    }
  }

  /** A missing file is one answer, a missing storage another. */
  private async orMissing<T, M>(read: () => Promise<T>, missing: M): Promise<T | M> {
    try {
      return await read();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(this.place)) return missing;
      throw error;
    }
  }

  private async attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(this.place, what, error);
    }
  }
}

/** Not `copyFile` where there is a signal, since that cannot be stopped. */
function copy(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  return signal ? pipeline(createReadStream(from), createWriteStream(to), { signal }) : copyFile(from, to);
}

async function writeThrough(path: string, text: string | undefined): Promise<void> {
  const handle = await open(path, text === undefined ? 'r+' : 'w');
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
