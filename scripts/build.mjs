// Builds dist/ anew from src/, with the run bit on the program: npm sets it only where it installs a package, and
// `npx filmgate` in a clone runs the file as it lies there.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
writeFileSync('dist/dashboard/bundle.js', require('./bundlePage.cjs').bundleModule());
for (const program of Object.values(JSON.parse(readFileSync('package.json', 'utf8')).bin)) {
  chmodSync(program, 0o755);
}
