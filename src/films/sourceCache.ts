import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { extract } from 'tar';
import { findPackage } from '../capture/hyperframes/core';
import { FilmgateError, messageOf } from '../errors';
import { debug } from '../process/debug';
import { textDigest } from '../process/digest';
import type { Storage } from '../storage/storage';
import { sourceKeys } from './filmKeys';
import { digestsIn, filesIn } from './listFiles';
import { parsed, type SourceFiles, sourceSchema } from './schemas';

const KEPT_UNUSED = 7 * 24 * 3600; // seconds: longer than a worker is at one film

/**
 * The folder of a source on this machine: unpacked from storage the first time, and checked file by file each time. Sources
 * that no film has used for a week are removed when another one comes.
 *
 * @throws FilmgateError `STORAGE_DAMAGED`, `STORAGE_FAILED`, `JOB_INVALID`
 */
export async function unpackSource(storage: Storage, digest: string, cache: string): Promise<string> {
  const sources = join(cache, 'sources');
  const folder = join(sources, digest);
  mkdirSync(sources, { recursive: true });
  linkPackages(sources);
  const list = await storage.read(sourceKeys.list(digest));
  if (list === undefined || textDigest(list) !== digest) throw damaged(storage, digest, 'its list of files');
  const files = parsed(sourceSchema, list, `the list of files of source ${digest}`);
  if (isKept(folder) && !(await problemIn(folder, files))) return folder;
  removeUnused(sources);
  rmSync(folder, { recursive: true, force: true });
  const made = join(sources, `.${digest}.${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(made);
    await unpack(storage, digest, files, made);
    const problem = await problemIn(made, files);
    if (problem) throw damaged(storage, digest, problem);
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // Or else another worker of this machine was faster.
    }
    return folder;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Whether a source is there. From now on it counts as used, so that no other worker of this machine removes it. */
function isKept(folder: string): boolean {
  const now = Date.now() / 1000;
  try {
    utimesSync(folder, now, now);
    return true;
  } catch {
    return existsSync(folder); // It is another user's, who alone may touch it.
  }
}

function removeUnused(sources: string): void {
  for (const name of readdirSync(sources)) {
    if (!/^\.?[0-9a-f]{64}/.test(name)) continue; // A source, or what a killed worker has left of one.
    try {
      const usedAt = statSync(join(sources, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const isUnused = usedAt < Date.now() - KEPT_UNUSED * 1000;
      if (isUnused) rmSync(join(sources, name), { recursive: true, force: true });
    } catch (error) {
      debug('source %s cannot be removed: %s', name, error); // No film fails for that.
    }
  }
}

async function unpack(storage: Storage, digest: string, files: SourceFiles, folder: string): Promise<void> {
  const archive = join(folder, '.archive');
  if (!(await storage.fetch(sourceKeys.archive(digest), archive)))
    throw damaged(storage, digest, 'its archive');
  const listed = new Set(files.map(({ path }) => path));
  const filter = (path: string, entry: object) =>
    listed.has(path.replace(/^\.\//, '')) &&
    'type' in entry &&
    (entry.type === 'File' || entry.type === 'OldFile');
  try {
    await extract({ file: archive, cwd: folder, filter, strict: true, preserveOwner: false });
  } catch (cause) {
    throw damaged(storage, digest, `its archive: ${messageOf(cause)}`, cause);
  }
  rmSync(archive);
}

/** What is wrong with an unpacked source, if anything is. */
async function problemIn(folder: string, files: SourceFiles): Promise<string | undefined> {
  const there = await digestsIn(folder, filesIn(folder));
  const digests = new Map(there.map(({ path, sha256 }) => [path, sha256]));
  const wrong = files.find(({ path, sha256 }) => digests.get(path) !== sha256);
  if (wrong) return wrong.path;
  return there.length === files.length ? undefined : 'a file that is not of it';
}

/** What a scene may import by name: this package, and the one that draws. */
function linkPackages(sources: string): void {
  const own = resolve(__dirname, '../..');
  const canvas = findPackage('@napi-rs/canvas', own);
  for (const [name, target] of [['filmgate', own] as const, ['@napi-rs/canvas', canvas] as const]) {
    const link = join(sources, 'node_modules', name);
    if (!target || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(target, link, 'junction');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function damaged({ place }: Storage, digest: string, what: string, cause?: unknown): FilmgateError {
  const message = `storage: ${what} of source ${digest} in ${place} is missing or damaged; hand the film in again`;
  return new FilmgateError('STORAGE_DAMAGED', message, { cause });
}
