import { type Dirent, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Marks a range whose pictures are all there; holds their bytes. */
export const COMPLETE = 'complete';

/** Name extension of media that have been fetched. */
export const DOWNLOAD = '.download';

/** While that is younger, somebody may be at it, in milliseconds: pictures that come, and what a render has fetched. */
const UNDER_WAY = { range: 60_000, download: 3_600_000 };

interface Item {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
  /** Whether it may be removed, where nobody says that it is in use. */
  readonly isIdle: boolean;
}

/**
 * Keeps a folder below a number of bytes: of pictures, `<digest of a video>/<range>/…`, and of media that were fetched.
 * What has not been used for the longest time goes first. Several renders may share it; what one removes, another
 * extracts again.
 */
export class MediaCache {
  constructor(
    readonly folder: string,
    private readonly limit: number,
  ) {}

  /** Removes what is too much, but nothing that is in use. */
  prune(inUse: readonly string[]): void {
    const kept = new Set(inUse);
    const items = [...this.ranges(), ...this.downloads()].sort((one, other) => other.usedAt - one.usedAt);
    let bytes = 0;
    for (const item of items) {
      bytes += item.bytes;
      const goes = bytes > this.limit && item.isIdle && !kept.has(item.path);
      if (goes) rmSync(item.path, { recursive: true, force: true });
    }
  }

  private ranges(): Item[] {
    return subfolders(this.folder)
      .flatMap(subfolders)
      .flatMap((path) => {
        const known = knownBytes(path);
        const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
        if (usedAt === undefined) return [];
        const isIdle = known !== undefined || usedAt < Date.now() - UNDER_WAY.range;
        return [{ path, bytes: known ?? bytesIn(path), usedAt, isIdle }];
      });
  }

  private downloads(): Item[] {
    return names(this.folder, (entry) => entry.isFile() && entry.name.includes(DOWNLOAD)).flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats) return [];
      const isIdle = stats.mtimeMs < Date.now() - UNDER_WAY.download;
      return [{ path, bytes: stats.size, usedAt: stats.mtimeMs, isIdle }];
    });
  }
}

function subfolders(folder: string): string[] {
  return names(folder, (entry) => entry.isDirectory());
}

function names(folder: string, isMeant: (entry: Dirent) => boolean): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter(isMeant).map(({ name }) => join(folder, name));
  } catch {
    return []; // Another render has removed it.
  }
}

/** What a range takes, which is written down when it is complete. */
function knownBytes(range: string): number | undefined {
  try {
    return Number(readFileSync(join(range, COMPLETE), 'utf8'));
  } catch {
    return undefined;
  }
}

function bytesIn(folder: string): number {
  const files = names(folder, (entry) => entry.isFile());
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}
