import { readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { FilmgateError } from '../../errors';
import type { CompiledDocument, HyperframesCore } from './core';
import type { Project } from './project';

/**
 * Reads the files of all compositions of a project, in which the compiler would silently leave out what it cannot use.
 * Returns their absolute paths, the entry first.
 *
 * @throws FilmgateError `PAGE_FAILED`
 */
export function readCompositions(core: HyperframesCore, { root, entry }: Project): string[] {
  const base = dirname(join(root, entry)); // All names count from the entry, however deep they stand.
  const files = new Set<string>();

  const visit = (name: string, path: string, chain: readonly string[]) => {
    if (chain.includes(path)) {
      const names = [...chain.slice(chain.indexOf(path)), path].map((file) => file.slice(root.length + 1));
      throw failed(name, `includes itself: ${names.join(' → ')}`);
    }
    const html = path.startsWith(root + sep) ? readText(path) : undefined;
    if (html === undefined) throw failed(name, `there is no such file in the project ${root}`);
    if (/^\s*<!doctype/i.test(html) && !/<html[\s>]/i.test(html))
      throw failed(name, "HyperFrames' compiler cannot read it without its tags <html>, <head> and <body>");
    if (chain.length > 0) {
      const { ok, detail } = core.checkSubCompositionUsability(html, core.parseHTMLContent);
      if (!ok) throw failed(name, detail ?? 'it holds no composition');
    }
    if (files.has(path)) return;
    files.add(path);
    for (const source of sourcesIn(core.parseHTMLContent(html), core))
      visit(source, resolve(base, source), [...chain, path]);
  };

  visit(entry, join(root, entry), []);
  return [...files];
}

/** The files that a document's hosts name, those in its templates included. */
function sourcesIn(document: CompiledDocument, core: HyperframesCore): string[] {
  const own = [...document.querySelectorAll('[data-composition-src]')].map((host) =>
    (host.getAttribute('data-composition-src') ?? '').trim(),
  );
  const templates = [...document.querySelectorAll('template')] as unknown as { innerHTML: string }[];
  const inner = templates.flatMap(({ innerHTML }) => sourcesIn(core.parseHTMLContent(innerHTML), core));
  return [...new Set([...own, ...inner])].filter(Boolean);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function failed(name: string, what: string): FilmgateError {
  return new FilmgateError('PAGE_FAILED', `the composition ${name} cannot be rendered: ${what}`);
}
