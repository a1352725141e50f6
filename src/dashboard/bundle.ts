import { join } from 'node:path';

/** The page's script and style sheet. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

let bundle: Bundle | undefined;

/** This is the source tree's file, which bundles the page when it is asked for; the build puts a finished one in its place. */
export function bundledPage(): Bundle {
  bundle ??= require(join(__dirname, '../../scripts/bundlePage.cjs')).bundlePage() as Bundle;
  return bundle;
}
