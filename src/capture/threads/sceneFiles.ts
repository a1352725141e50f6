import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const IMPORTED = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"](\.{1,2}(?:\/[^'"]*)?)['"]/g;
const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.json', '/index.js', '/index.ts'];

/** The files that a scene is made of: the module, and all that it imports by relative paths, directly or not. */
export function sceneFiles(scene: string): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, name = ''] of textOf(path).matchAll(IMPORTED)) {
      const imported = ENDINGS.map((ending) => resolve(dirname(path), name + ending)).find(isFile);
      if (imported) visit(imported);
    }
  };
  visit(scene);
  return [...found].sort();
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Whoever loads it will tell.
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
