import { mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { userCache } from '../capture/chromium/browserCandidates';
import { invalidOption, messageOf } from '../errors';
import type { Machine } from '../films/environment';
import { WorkDirectory } from '../output/workDirectory';
import { debug } from '../process/debug';

/** Where a worker keeps its files, where it is not told. */
export function defaultCache(): string {
  return join(
    userCache({ platform: process.platform, env: process.env, home: homedir() }),
    'filmgate',
    'farm',
  );
}

/** Removes what killed workers of this machine have left of their work. Throws `INVALID_OPTION` at a cache that cannot be. */
export function sweepCache({ cache }: Machine): void {
  const work = join(cache, 'work');
  try {
    mkdirSync(work, { recursive: true });
  } catch (error) {
    throw invalidOption('cache', cache, `give a folder that can be written to: ${messageOf(error)}`, error);
  }
  for (const name of readdirSync(work)) {
    const output = /^\.(.*)\.filmgate$/.exec(name)?.[1];
    if (output === undefined) continue;
    try {
      new WorkDirectory(join(work, output)).clean();
    } catch (error) {
      debug('%s is in use: %s', name, error);
    }
  }
}
