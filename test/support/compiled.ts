import { execFileSync } from 'node:child_process';
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
  symlinkSync(resolve('package.json'), join(root, 'package.json'));
  linkPackages(join(root, 'node_modules'));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('dashboard/page/'))) {
    const target = join(root, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withoutSourceMap(compiled(resolve('src', file))));
  }
  writeFileSync(join(root, 'dist/dashboard/bundle.js'), bundleModule());
  return join(root, 'dist');
}

/** The installed packages, of which RxJS is one file in place of two hundred, which each process would load. */
function linkPackages(folder: string): void {
  mkdirSync(join(folder, 'rxjs'), { recursive: true });
  for (const name of readdirSync('node_modules')) {
    if (name !== 'rxjs') symlinkSync(resolve('node_modules', name), join(folder, name));
  }
  const as = ['--bundle', '--platform=node', '--format=cjs', '--log-level=error'];
  const program = require.resolve('esbuild/bin/esbuild');
  execFileSync(program, [require.resolve('rxjs'), ...as, `--outfile=${join(folder, 'rxjs/index.js')}`]);
}

/** A map that nobody reads is most of what a process would load. */
function withoutSourceMap(text: string): string {
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}
