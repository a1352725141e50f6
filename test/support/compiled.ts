import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

let compiled: string | undefined;

/**
 * A folder that holds the sources as JavaScript, made once for a test run: processes that are started from it need
 * not each load a compiler. It lies in a copy of this package's shape.
 */
export function compiledSources(): string {
  compiled ??= compile();
  return compiled;
}

function compile(): string {
  const root = mkdtempSync(join(tmpdir(), 'filmgate-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  for (const name of ['package.json', 'node_modules']) symlinkSync(resolve(name), join(root, name));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const target = join(root, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const compilerOptions = { module: ModuleKind.Node20, target: ScriptTarget.ES2022 };
    const source = readFileSync(join('src', file), 'utf8');
    const { outputText } = transpileModule(source, { fileName: resolve('src', file), compilerOptions });
    writeFileSync(target, outputText);
  }
  return join(root, 'dist');
}
