import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { FilmgateError } from '../../errors';

/** Where a project is on this machine. */
export interface Project {
  /** The folder that is served and compiled: absolute. */
  readonly root: string;
  /** The HTML file that is rendered, from there, with slashes. */
  readonly entry: string;
}

/**
 * The project that a path names: a folder, or an HTML file in one. A file's project begins at the nearest
 * `hyperframes.json` above it, and in its own folder where there is none.
 *
 * @throws FilmgateError `PAGE_NOT_FOUND`
 */
export function findProject(path: string): Project {
  const given = resolve(path);
  const file = isFolder(given) ? join(given, 'index.html') : given;
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new FilmgateError(
      'PAGE_NOT_FOUND',
      `project: there is no file ${file}; give a HyperFrames project's folder, or an HTML file`,
    );
  }
  const folder = dirname(file);
  const root = isFolder(given) ? folder : (above(folder).find(hasSettings) ?? folder);
  return { root, entry: relative(root, file).split(sep).join('/') };
}

/** Whether a path names a HyperFrames project: a folder with `hyperframes.json`, or a page with `data-composition-id`. */
export function isHyperframesProject(path: string): boolean {
  if (isFolder(path)) return hasSettings(path) || hasComposition(join(path, 'index.html'));
  return /\.html?$/i.test(path) && hasComposition(path);
}

function hasComposition(file: string): boolean {
  return (
    existsSync(file) &&
    statSync(file).isFile() &&
    /\sdata-composition-id\s*=/.test(readFileSync(file, 'utf8'))
  );
}

function hasSettings(folder: string): boolean {
  return existsSync(join(folder, 'hyperframes.json'));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
