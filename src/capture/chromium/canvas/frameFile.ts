import { closeSync, openSync, readdirSync, readSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inexact } from './inexact';

/**
 * The file of one frame that a page writes, read beside the browser. It has no name any more as soon as both have it open: so
 * nothing of it is left when they end, however that happens.
 */
export class FrameFile {
  private readonly descriptor: number;

  /**
   * @param profile - the browser's folder, in which it is the only file with so many bytes
   * @throws FilmgateError `CAPTURE_INEXACT`
   */
  constructor(
    profile: string,
    private readonly bytes: number,
  ) {
    const path = findFile(profile, bytes);
    if (!path) throw inexact('the browser keeps no file of the frames');
    this.descriptor = openSync(path, 'r');
    unlinkSync(path);
  }

  /** Reads all of it. */
  read(into: Buffer): void {
    const count = readSync(this.descriptor, into, 0, this.bytes, 0);
    if (count !== this.bytes) throw inexact(`a frame has only ${count} bytes`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function findFile(folder: string, bytes: number): string | undefined {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (statSync(path, { throwIfNoEntry: false })?.size === bytes) return path;
  }
  return undefined;
}
