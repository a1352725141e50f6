// Checks that this version can be released, and tags it: `npm run release` checks only, `npm run release -- --tag` also
// makes the tag. Nothing is pushed or published: the last line says how.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { values } = parseArgs({ options: { tag: { type: 'boolean', default: false } } });
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const tag = `v${version}`;

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const isWindows = process.platform === 'win32'; // npm is npm.cmd there, which only a shell can run.
const npm = (...args) => execFileSync('npm', args, { stdio: 'inherit', shell: isWindows });

/** What stands in the changelog under the heading of this version. */
function changes() {
  const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  const section = sections.find((text) => text.split(/[\s:,]/, 1)[0] === version);
  return section?.split('\n').slice(1).join('\n').trim();
}

const problems = [
  git('status', '--porcelain') !== '' && 'the working tree has changes: commit them',
  git('tag', '--list', tag) !== '' && `the tag ${tag} exists: raise the version in package.json`,
  !changes() && `CHANGELOG.md has no section "## ${version}" that says what changed`,
].filter(Boolean);
if (problems.length > 0) {
  console.error(`${tag} cannot be released:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  process.exit(1);
}

npm('ci');
npm('run', 'check');
npm('test');
npm('run', 'test:package');
if (!values.tag) {
  console.log(`${tag} can be released; \`npm run release -- --tag\` tags it.`);
} else {
  git('tag', '--annotate', tag, '--message', `${tag}\n\n${changes()}`);
  console.log(`Tagged ${tag}. Now: git push origin ${tag} && npm publish`);
}
