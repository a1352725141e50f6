import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { FilmgateError, messageOf } from '../errors';
import { textDigest } from '../process/digest';
import type { Storage } from '../storage/storage';
import { sourceKeys } from './filmKeys';
import { digestsIn } from './listFiles';

/**
 * Puts files into storage under the digest of all of them, unless they are there already, and returns that.
 *
 * @throws FilmgateError `SOURCE_CHANGED`, `SOURCE_NOT_PORTABLE`, `STORAGE_FAILED`, `DISK_FULL`
 */
export async function packSource(
  storage: Storage,
  root: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const listed = await readable(() => digestsIn(root, files, signal));
  const list = JSON.stringify(listed);
  const digest = textDigest(list);
  if ((await storage.read(sourceKeys.list(digest))) === list) return digest;
  const folder = mkdtempSync(join(tmpdir(), 'filmgate-source-'));
  try {
    const archive = join(folder, 'source.tar');
    const options = { file: archive, cwd: root, portable: true, follow: true, noDirRecurse: true };
    const names = files.map((path) => `./${path}`); // Or else an @ at the beginning would name an archive.
    await readable(() => create({ ...options, mtime: new Date(0) }, names));
    const now = await readable(() => digestsIn(root, files, signal));
    const changed = now.find(({ sha256 }, index) => sha256 !== listed[index]?.sha256);
    if (changed) {
      const message = `source: ${join(root, changed.path)} changed while it was handed in; try again when nobody writes to it`;
      throw new FilmgateError('SOURCE_CHANGED', message);
    }
    await storage.put(sourceKeys.archive(digest), { file: archive }, signal);
    await storage.put(sourceKeys.list(digest), { text: list }); // Last: whoever finds the list finds the archive.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return digest;
}

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (FilmgateError.is(cause) || (cause as Error).name === 'AbortError') throw cause;
    const { code, syscall } = cause as NodeJS.ErrnoException;
    const vanished = code === 'ENOENT' && syscall !== undefined;
    const message = `source: ${messageOf(cause)}`;
    throw new FilmgateError(vanished ? 'SOURCE_CHANGED' : 'SOURCE_NOT_PORTABLE', message, { cause });
  }
}
