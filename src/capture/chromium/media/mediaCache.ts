import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps a folder of pictures, `<digest of a video>/<range>/…`, below a number of bytes: the ranges that have not been
 * used for the longest time go first. Several renders may share it; what one removes, another extracts again.
 */
export class MediaCache {
  constructor(
    readonly folder: string,
    private readonly limit: number,
  ) {}

  /** Removes what is too much, but none of the ranges that are in use. */
  prune(inUse: readonly string[]): void {
    const kept = new Set(inUse);
    const ranges = this.ranges().sort((one, other) => other.usedAt - one.usedAt);
    let bytes = 0;
    for (const range of ranges) {
      bytes += range.bytes;
      if (bytes > this.limit && !kept.has(range.path)) rmSync(range.path, { recursive: true, force: true });
    }
  }

  private ranges() {
    return subfolders(this.folder)
      .flatMap(subfolders)
      .flatMap((path) => {
        const bytes = sizeOf(path);
        const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
        return usedAt === undefined ? [] : [{ path, bytes, usedAt }];
      });
  }
}

function subfolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return []; // Another render has removed it.
  }
}

/** What a range takes: it is written down when it is complete, and looked up while it grows or when that was cut short. */
function sizeOf(range: string): number {
  try {
    return Number(readFileSync(join(range, 'complete'), 'utf8'));
  } catch {
    try {
      const files = readdirSync(range).map((name) => statSync(join(range, name), { throwIfNoEntry: false }));
      return files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
    } catch {
      return 0;
    }
  }
}
