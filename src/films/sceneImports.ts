import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { FilmgateError } from '../errors';

const IMPORTED =
  /^\s*(?:import|export)\s(?!type\s)[^'"]*?['"]([^'"]+)['"]|\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/gm;
const KNOWN = /^(?:filmgate|@napi-rs\/canvas)(?:\/|$)/; // Every worker has them.

/**
 * Checks that the files of a scene import nothing but one another, Node's own modules, and what every worker has.
 *
 * @throws FilmgateError `SOURCE_NOT_PORTABLE`
 */
export function checkSceneImports(root: string, files: readonly string[]): void {
  for (const file of files.filter((name) => /\.[cm]?[jt]s$/.test(name))) {
    for (const [, first, second] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTED)) {
      const name = first ?? second ?? '';
      if (name.startsWith('.') || isBuiltin(name) || KNOWN.test(name)) continue;
      const fix = `npx esbuild ${file} --bundle --platform=node --external:filmgate --outfile=bundled.cjs`;
      const message = `source: ${join(root, file)} imports ${name}, which the other machines may not have; bundle it into the scene (${fix})`;
      throw new FilmgateError('SOURCE_NOT_PORTABLE', message);
    }
  }
}
