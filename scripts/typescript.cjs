/**
 * Lets Node load TypeScript: `node --require ./scripts/typescript.cjs bench/main.ts`. Worker threads and mocha's
 * workers inherit it. Types are not checked; `npm run check` does that.
 *
 * What was compiled is kept on disk: to load the compiler takes most of a second, and the tests start thousands of
 * processes and worker threads.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { version } = require('typescript/package.json');

const CACHE = resolve(__dirname, '../node_modules/.cache/filmgate-typescript');

process.setSourceMapsEnabled(true);

require.extensions['.ts'] = (module, path) => module._compile(compiled(path), path);

/** The JavaScript of a TypeScript file. */
function compiled(path) {
  const text = readFileSync(path, 'utf8');
  const mark = `\n// ${digest(`${version}\0${text}`)}`; // Says which text this is compiled from.
  const kept = join(CACHE, `${digest(path)}.js`);
  const before = readIfThere(kept);
  return before.endsWith(mark) ? before : keep(kept, compile(path, text) + mark);
}

function compile(fileName, text) {
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
  const compilerOptions = { module: ModuleKind.Node20, target: ScriptTarget.ES2022, inlineSourceMap: true };
  return transpileModule(text, { fileName, compilerOptions }).outputText;
}

/** Writes a file that other processes may read or write at this moment. */
function keep(path, text) {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return text;
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

module.exports = { compiled };
