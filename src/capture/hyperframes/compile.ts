import { AsyncLocalStorage } from 'node:async_hooks';
import { FilmgateError, messageOf } from '../../errors';
import { type FrameRate, parseFrameRate } from '../../frames/rate';
import { debug } from '../../process/debug';
import { readCompositions } from './compositions';
import type { CompiledElement, HyperframesCore } from './core';
import { embedFonts } from './fonts';
import type { Project } from './project';
import { unsupportedIn } from './unsupported';
import { matchVariables, type Variables } from './variables';

/** A project as one page. */
export interface CompiledProject {
  readonly html: string;
  /** The rate that its root asks for. */
  readonly fps?: FrameRate;
  /** In seconds, as its root says: the runtime may find another length. */
  readonly duration?: number;
  /** What it uses and is not in the video, in words for a person. */
  readonly unsupported: readonly string[];
  /** The files of its compositions. */
  readonly files: readonly string[];
}

/**
 * Makes one page of a project, its compositions and the runtime that plays them.
 *
 * @throws FilmgateError `PAGE_FAILED`, `INVALID_OPTION`
 */
export async function compileProject(
  core: HyperframesCore,
  project: Project,
  variables: Variables,
): Promise<CompiledProject> {
  const files = readCompositions(core, project);
  const document = core.parseHTMLContent(await bundle(core, project));
  const undeclared = matchVariables(core, document, variables);
  core.emitRootCompositionVariableStyles(document, {}, variables);
  const fonts = embedFonts(core, document, project.root);
  const root =
    document.querySelector('[data-composition-id][data-root="true"]') ??
    document.querySelector('[data-composition-id]');
  const fps = rateOf(root);
  const duration = Number(root?.getAttribute('data-duration'));
  return {
    html: document.toString().replace(PLACEHOLDER, () => `<script>${core.runtime}</script>`),
    ...(fps ? { fps } : {}),
    ...(duration > 0 ? { duration } : {}),
    unsupported: [...unsupportedIn(document), ...fonts, ...undeclared],
    files,
  };
}

/** Where the runtime goes. It is left out until the end: what reads the page would have to read it as well. */
const PLACEHOLDER = /<script\b[^>]*\bdata-hyperframes-preview-runtime\b[^>]*><\/script>/;

async function bundle(core: HyperframesCore, { root, entry }: Project): Promise<string> {
  const options = { entryFile: entry, inlineAssets: false, runtime: 'placeholder' } as const;
  try {
    return await quietly(() => core.bundleToSingleHtml(root, options));
  } catch (cause) {
    const what = `HyperFrames' compiler cannot read ${entry}: ${messageOf(cause)}`;
    throw new FilmgateError('PAGE_FAILED', what, { cause });
  }
}

const inCompiler = new AsyncLocalStorage<true>();
let compiling = 0;

/** The compiler warns of what is no matter here, such as animation frames, and prints it into anybody's output. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  const own = (...args: unknown[]) =>
    inCompiler.getStore() ? debug('compiler: %s', args.join(' ')) : warn(...args);
  console.warn = own;
  compiling += 1;
  try {
    return await inCompiler.run(true, work);
  } finally {
    if (console.warn === own) console.warn = warn;
    compiling -= 1;
    if (compiling === 0) inCompiler.disable(); // Else it costs each promise of the render something.
  }
}

function rateOf(root: CompiledElement | null): FrameRate | undefined {
  const said = root?.getAttribute('data-fps')?.trim();
  return said ? parseFrameRate(said, 'data-fps') : undefined;
}
