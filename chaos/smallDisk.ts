import { execFileSync } from 'node:child_process';

const LEAST = 96 * 1024; // bytes, for a folder, a lock and a manifest.

/** A file system in memory with room for little. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** Mounts one over a folder; undefined where that is not allowed. */
  static mount(folder: string, bytes: number): SmallDisk | undefined {
    const size = `size=${Math.max(LEAST, bytes)}`;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'filmgate-chaos', folder], { stdio: 'ignore' });
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Gives it room for everything. */
  grow(): void {
    execFileSync('mount', ['-o', 'remount,size=256m', this.folder], { stdio: 'ignore' });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
  }
}
