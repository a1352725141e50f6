import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasEnded } from '../../process/procStat';

/**
 * Makes a folder that is this program's while it runs, and removes those that programs have left which were killed: in
 * `/dev/shm` they would hold memory until the machine restarts.
 */
export function makeTemporaryFolder(parent: string, kind: 'browser' | 'check'): string {
  const ours = `filmgate-${kind}-${hostname()}-`;
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(ours) ? Number.parseInt(name.slice(ours.length), 10) : Number.NaN;
    if (pid > 0 && hasEnded(pid)) removeFolder(join(parent, name));
  }
  return mkdtempSync(join(parent, `${ours}${process.pid}-`));
}

/** Removes a folder and what is in it. Never throws: it is temporary, and nobody has to fail for it. */
export function removeFolder(folder: string | undefined): void {
  try {
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // Another program removes it as well, or its browser still writes.
  }
}
