import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { digestOf } from '../process/digest';
import type { SourceFiles } from './schemas';

/**
 * Paths of all files in a folder, with slashes, as a page may ask for them: nothing that begins with a dot, and nothing
 * outside the folder, through links neither.
 */
export function filesIn(root: string, leaveOut: readonly string[] = []): string[] {
  const real = realpathSync(root);
  const isInside = (path: string) => path === real || path.startsWith(real.endsWith(sep) ? real : real + sep);
  const found: string[] = [];
  const visit = (folder: string, above: readonly string[]) => {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (name.startsWith('.') || leaveOut.includes(join(root, path))) continue;
      const target = realPath(join(root, path));
      if (target === undefined || !isInside(target) || above.includes(target)) continue;
      const stats = statSync(target);
      if (stats.isDirectory()) visit(path, [...above, target]);
      else if (stats.isFile()) found.push(path);
    }
  };
  visit('', [real]);
  return found.sort();
}

/** Sizes and digests of files. */
export async function digestsIn(
  root: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<SourceFiles> {
  const listed = [];
  for (const path of files) {
    const file = join(root, path);
    listed.push({ path, bytes: statSync(file).size, sha256: await digestOf(file, signal) });
  }
  return listed;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // A link to nothing.
  }
}
