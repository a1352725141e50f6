import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { bundleModule } from '../../scripts/bundlePage.cjs';
import { compiled } from '../../scripts/typescript.cjs';

const KNOWN = 'FILMGATE_TEST_SOURCES'; // Mocha's workers, and the processes that they start, use the same folder.

/**
 * A folder that holds the sources as JavaScript, made once for a test run: processes that are started from it need
 * not each load a compiler. It lies in a copy of this package's shape.
 */
export function compiledSources(): string {
  process.env[KNOWN] ??= compile();
  return process.env[KNOWN];
}

/** Mocha calls it before it starts its workers. */
export const mochaGlobalSetup = compiledSources;

function compile(): string {
  const root = mkdtempSync(join(tmpdir(), 'filmgate-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  for (const name of ['package.json', 'node_modules']) symlinkSync(resolve(name), join(root, name));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('dashboard/page/'))) {
    const target = join(root, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, compiled(resolve('src', file)));
  }
  writeFileSync(join(root, 'dist/dashboard/bundle.js'), bundleModule());
  return join(root, 'dist');
}
