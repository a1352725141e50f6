import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { probe } from '../../process/probe';
import type { BrowserProgram } from './findBrowser';

// What the linker says of a library that it does not find, be it to Node or to the browser.
const NOT_FOUND = /(\S+\.so[.\d]*): cannot open shared object file/;

// Loads a library as the browser would. Node itself then finds that it is no add-on of its own.
const LOAD =
  'try { process.dlopen({ exports: {} }, process.argv[1]) } catch ({ message }) { console.log(message) }';

/**
 * Libraries that a browser which was found starts without, but dies for lack of at the first `https` address, each with
 * how to get it. The package `@sparticuz/chromium` brings NSS, which keeps certificates in SQLite, and leaves that out.
 */
export async function missingLibraries({ env }: BrowserProgram): Promise<string[]> {
  const folder = env?.LD_LIBRARY_PATH?.split(':')[0];
  const certificates = join(folder ?? '', 'libsoftokn3.so');
  if (!folder || !existsSync(certificates)) return [];
  const { stdout } = await probe(process.execPath, ['-e', LOAD, certificates], { env });
  const library = missingLibraryIn(stdout);
  return library ? [library] : [];
}

/** The library that the linker did not find, by what a program wrote, with how to get it. */
export function missingLibraryIn(output: string): string | undefined {
  const library = NOT_FOUND.exec(output)?.[1];
  const isSqlite = library?.startsWith('libsqlite3');
  return isSqlite ? `${library} (apt install libsqlite3-0, or dnf install sqlite-libs)` : library;
}
