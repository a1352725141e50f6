import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the specs of a suite a cache of their own, in the place of the user's. Returns where that is. */
export function useOwnCache(): () => string {
  const { XDG_CACHE_HOME } = process.env;
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    process.env.XDG_CACHE_HOME = folder;
  });
  after(() => {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
