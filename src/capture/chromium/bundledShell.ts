import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from './cacheDirectory';
import { probeBrowser } from './probeBrowser';
import { unpackShell } from './unpackShell';

/** The headless shell of a package, ready to run. */
export interface BundledShell {
  readonly path: string;
  readonly version: string;
  /** What it needs in its environment on this machine. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The headless shell that the package `@sparticuz/chromium` carries, unpacked into a folder of ours the first time (some
 * 200 MB). It brings the libraries, the software renderer and the fonts that a bare machine lacks; a machine that has
 * its own uses those. Undefined where there is no such package, and on anything but Linux x64.
 */
export async function bundledShell(): Promise<BundledShell | undefined> {
  const found = process.platform === 'linux' && process.arch === 'x64' ? findPackage() : undefined;
  if (!found) return undefined;
  const folder = await cacheDirectory(`chromium-${found.version}`, (place) =>
    unpackShell(found.files, place),
  );
  const path = join(folder, 'chrome-headless-shell');
  const fonts = hasFonts() ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  const libraries = [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  try {
    return { path, env: fonts, version: await probeBrowser(path) };
  } catch {
    const env = { ...fonts, LD_LIBRARY_PATH: libraries }; // It lacks a library, or more.
    return { path, env, version: await probeBrowser(path, { env }) };
  }
}

/** Looked up by hand, because the package's exports do not let its package.json be resolved. */
function findPackage(): { files: string; version: string } | undefined {
  const name = '@sparticuz/chromium';
  for (const modules of createRequire(__filename).resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    const files = join(folder, 'bin');
    if (!existsSync(join(files, 'chromium.br'))) continue;
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { files, version };
  }
  return undefined;
}

/** Whether this machine's fonts are set up: without that, the browser draws no text at all. */
function hasFonts(): boolean {
  const { FONTCONFIG_FILE, FONTCONFIG_PATH } = process.env;
  return Boolean(FONTCONFIG_FILE || FONTCONFIG_PATH) || existsSync('/etc/fonts/fonts.conf');
}
