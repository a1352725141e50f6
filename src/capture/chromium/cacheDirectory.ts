import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { userCache } from './browserCandidates';

const HOUR = 3_600_000;

/**
 * A folder of this name that belongs to this user and stays: in the user's cache, or, where that cannot be written to,
 * in the system's temporary folder. `fill` makes its content the first time. The folder appears with all of it or not
 * at all, whoever else is making it at the same moment, and however that ends.
 */
export async function cacheDirectory(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  try {
    const cache = userCache({ platform: process.platform, env: process.env, home: homedir() });
    return await folderIn(join(cache, 'filmgate'), name, fill);
  } catch {
    return folderIn(join(tmpdir(), `filmgate-${process.getuid?.() ?? userInfo().username}`), name, fill);
  }
}

async function folderIn(
  base: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  if (!isOwn(base)) throw new Error(`${base} belongs to somebody else`);
  const folder = join(base, name);
  if (existsSync(folder)) return folder;
  removeLeftovers(base, `${name}.part-`);
  const part = mkdtempSync(join(base, `${name}.part-`));
  try {
    await fill(part);
    renameSync(part, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // Else another process was faster.
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

/** Programs are run from it: nobody else may put one there. */
function isOwn(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

/** What a killed process left half-made. */
function removeLeftovers(base: string, prefix: string): void {
  for (const name of readdirSync(base).filter((entry) => entry.startsWith(prefix))) {
    const path = join(base, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > HOUR) rmSync(path, { recursive: true, force: true });
  }
}
