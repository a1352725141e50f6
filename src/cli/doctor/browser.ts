import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A browser, and how it was found. */
export interface Browser {
  readonly path: string;
  readonly from: string;
}

const NAMES = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'google-chrome'];

/** The browser that `FILMGATE_BROWSER` names, or the first on `PATH`. */
export function findBrowser(): Browser | undefined {
  const { FILMGATE_BROWSER: named, PATH = '' } = process.env;
  if (named) return isProgram(named) ? { path: named, from: 'FILMGATE_BROWSER' } : undefined;
  const folders = PATH.split(delimiter).filter(Boolean);
  const path = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  return path ? { path, from: 'PATH' } : undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
