import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');

/**
 * Compiles sources and benchmarks into `folder`, for a child whose memory is measured: run from TypeScript, each of
 * its threads would hold a compiler. Returns the path of a module of `bench/support` there.
 */
export async function compile(folder: string): Promise<(module: string) => string> {
  const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
  const out = join(folder, 'compiled');
  const options = ['-p', ROOT, '--noCheck', '--noEmit', 'false', '--rootDir', ROOT, '--outDir', out];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
  await symlink(join(ROOT, 'node_modules'), join(out, 'node_modules'), 'junction');
  return (module) => join(out, 'bench/support', `${module}.js`);
}
