import { readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf } from '../../errors';
import { textDigest } from '../../process/digest';
import { cacheDirectory } from '../chromium/cacheDirectory';
import { keepComments, type Esbuild as Transformer } from './keepComments';
import { type Ran, readIfThere, runWithCode } from './storedCode';

const BUNDLE = 'bundle.cjs';
const FACTS = 'facts.json';
const CHANGING = 'its files change meanwhile';

/** What is stored beside a bundle. */
interface Facts {
  /** Why there is none. */
  readonly problem?: string;
  readonly digest: string;
  /** The files that it was made of, and by what a change of them is seen: path, length, time of the last change. */
  readonly inputs: readonly (readonly [string, number, number])[];
}

/** What is used of esbuild. */
interface Esbuild extends Transformer {
  buildSync(options: object): {
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: {
      readonly inputs: Readonly<
        Record<
          string,
          { readonly imports: readonly { readonly kind: string; readonly external?: boolean }[] }
        >
      >;
    };
  };
}

const OPTIONS = {
  ...{ bundle: true, write: false, metafile: true, logLevel: 'silent' },
  ...{ platform: 'node', format: 'cjs', conditions: [], tsconfigRaw: '{}', ignoreAnnotations: true },
  external: ['esbuild', 'canvas', '*.node'], // A program, and what only some have.
  ...{ minifyWhitespace: true, legalComments: 'none' }, // A third less to read.
  logOverride: { 'empty-import-meta': 'error' }, // A module that looks for its own file would find another one.
};

/**
 * Some modules of a package as one file in the user's cache, made by the package's own esbuild the first time and whenever one
 * of its files has changed: Node takes 0.3 s to find and read HyperFrames' 260 modules, and 0.07 s for the one file.
 *
 * @param link - the package's folder, or a link to it
 * @param entries - paths of its modules, from there; of a name that several export, the last counts
 * @throws any error, where they have to be loaded in the usual way
 */
export async function loadBundled(link: string, entries: readonly string[]): Promise<Ran> {
  const folder = realpathSync(link); // Its dependencies may lie beside that.
  const key = [folder, entries, OPTIONS, readFileSync(join(folder, 'package.json'), 'utf8')];
  const name = `hyperframes-${textDigest(JSON.stringify(key)).slice(0, 16)}`;
  const require = createRequire(join(folder, 'package.json'));
  const esbuild = require('esbuild') as Esbuild;
  const make = () => cacheDirectory(name, async (into) => makeBundle(esbuild, folder, entries, into));
  let cached = await make();
  let bundle = readCurrent(cached);
  if (!bundle) {
    rmSync(cached, { recursive: true, force: true });
    cached = await make();
    bundle = readCurrent(cached) ?? fail(CHANGING);
  }
  const quick = keepComments(esbuild);
  const requireQuick = (id: string) => (id === 'esbuild' ? quick : require(id));
  const { exports, storeCode } = runWithCode(bundle, join(cached, BUNDLE), requireQuick);
  return { exports: Object.assign({}, ...Object.values(exports)), storeCode };
}

/** Makes it, or stores why that cannot be: else it would be tried at every start. */
function makeBundle({ buildSync }: Esbuild, folder: string, entries: readonly string[], into: string): void {
  const store = (facts: Facts) => writeFileSync(join(into, FACTS), JSON.stringify(facts));
  const begun = Date.now();
  let files: string[];
  let text: string;
  try {
    const contents = entries.map((path, at) => `export * as part${at} from ${JSON.stringify(`./${path}`)};`);
    const stdin = { contents: contents.join('\n'), resolveDir: folder };
    const { outputFiles, metafile } = buildSync({ ...OPTIONS, stdin, absWorkingDir: folder });
    text = outputFiles[0]?.text ?? '';
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    if (imports.some(({ kind, external }) => external && kind === 'dynamic-import'))
      fail('it imports modules that it does not know yet');
    if (/\b__(?:dirname|filename)\b/.test(text)) fail('a module looks for its own file');
    files = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>' && !path.startsWith('('));
  } catch (error) {
    store({ problem: messageOf(error), digest: '', inputs: [] });
    return;
  }
  const inputs = files.map((path) => describeFile(join(folder, path)));
  if (inputs.some(([, , changed]) => changed === 0 || changed >= begun)) fail(CHANGING);
  writeFileSync(join(into, BUNDLE), text);
  store({ digest: textDigest(text), inputs });
}

/** The bundle in a folder of the cache, if its files are as they were and it is whole. */
function readCurrent(cached: string): Buffer | undefined {
  const read = (file: string) => readIfThere(join(cached, file)) ?? Buffer.alloc(0);
  let facts: Facts;
  try {
    facts = JSON.parse(read(FACTS).toString());
  } catch {
    return undefined;
  }
  if (facts.problem) fail(facts.problem);
  const isOld = facts.inputs.some(([path, ...known]) => describeFile(path).slice(1).join() !== known.join());
  const bundle = read(BUNDLE);
  return !isOld && textDigest(bundle) === facts.digest ? bundle : undefined;
}

function describeFile(path: string): Facts['inputs'][number] {
  const { size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [path, size, mtimeMs];
}

function fail(problem: string): never {
  throw new Error(problem);
}
