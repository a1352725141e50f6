import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FilmgateError, messageOf } from '../../errors';
import { debug } from '../../process/debug';
import { loadBundled } from './bundledCore';

/** An element of the documents that the compiler reads: what is used of it. */
export interface CompiledElement {
  textContent: string | null;
  readonly parentElement: CompiledElement | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): CompiledElement | null;
  querySelectorAll(selector: string): Iterable<CompiledElement>;
  after(element: CompiledElement): void;
  append(element: CompiledElement): void;
}

/** A document of the compiler's. */
export interface CompiledDocument extends CompiledElement {
  readonly documentElement: CompiledElement | null;
  readonly head: CompiledElement;
  createElement(name: string): CompiledElement;
  toString(): string;
}

/** What is used of `@hyperframes/core`. */
export interface HyperframesCore {
  readonly version: string;
  /** The text of the script that plays a compiled page. */
  readonly runtime: string;
  bundleToSingleHtml(
    folder: string,
    options: { entryFile: string; inlineAssets: boolean; runtime: 'placeholder' },
  ): Promise<string>;
  parseHTMLContent(html: string): CompiledDocument;
  checkSubCompositionUsability(
    html: string | null,
    parse: (html: string) => CompiledDocument,
  ): { readonly ok: boolean; readonly detail?: string };
  emitRootCompositionVariableStyles(
    document: CompiledDocument,
    byComposition: object,
    overrides: Readonly<Record<string, unknown>>,
  ): boolean;
  parseCompositionVariables(element: CompiledElement): readonly object[];
  validateVariables(values: object, declared: readonly object[]): readonly VariableIssue[];
  formatVariableValidationIssue(issue: VariableIssue): string;
  /** From a family's name in lower case to the one that is embedded for it. */
  readonly FONT_ALIAS_MAP: Readonly<Record<string, string>>;
  /** Ours: called when it has compiled, so that the next process starts faster. */
  storeCode(): void;
}

/** What is wrong with the value of a variable. */
export interface VariableIssue {
  readonly kind: 'undeclared' | 'type-mismatch' | 'enum-out-of-range';
  readonly variableId: string;
}

const NAME = '@hyperframes/core';
const PARTS = ['./compiler', './variables', './fonts/aliases'] as const;

/**
 * HyperFrames' own compiler and runtime: the project's copy first, which is of the version that the project is written
 * for, then ours.
 *
 * @throws FilmgateError `PACKAGE_MISSING`
 */
export async function loadCore(project: string): Promise<HyperframesCore> {
  const folder = findPackage(NAME, project);
  if (!folder) {
    throw new FilmgateError(
      'PACKAGE_MISSING',
      `HyperFrames compositions need the package ${NAME}: run npm install ${NAME} in ${project}`,
    );
  }
  const { version, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  try {
    const parts = PARTS.map((part): string => exports[part].import);
    const runtime = readFileSync(join(folder, exports['./runtime']), 'utf8');
    const modules = loaded.get(folder) ?? (await load(folder, parts));
    loaded.set(folder, modules);
    return { version, runtime, ...modules } as HyperframesCore;
  } catch (cause) {
    throw new FilmgateError(
      'PACKAGE_MISSING',
      `${NAME} ${version} in ${folder} cannot be used: ${messageOf(cause)}; version 0.8 or later is needed`,
      { cause },
    );
  }
}

/** By the package's folder: modules are loaded once in a process. */
const loaded = new Map<string, object>();

async function load(folder: string, parts: readonly string[]): Promise<object> {
  try {
    const { exports, storeCode } = await loadBundled(folder, parts);
    return { ...exports, storeCode };
  } catch (error) {
    debug('the modules of %s are loaded one by one: %s', folder, messageOf(error));
    const modules = await Promise.all(parts.map((path) => import(pathToFileURL(join(folder, path)).href)));
    return Object.assign({ storeCode() {} }, ...modules);
  }
}

/** The folder of a package that the project has, or that we have. By hand: an ES module's exports cannot be required. */
export function findPackage(name: string, project: string): string | undefined {
  const from = [join(project, 'index.html'), __filename];
  const folders = from.flatMap((file) => createRequire(file).resolve.paths(name) ?? []);
  return folders
    .map((modules) => join(modules, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}
