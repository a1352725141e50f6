/**
 * `ts-node/register`, with what it has compiled kept on disk: `node --require ./scripts/typescript.cjs bench/main.ts`.
 * ts-node loads the compiler in every process and worker thread, which takes most of a second, and the tests start
 * thousands of them. Types are not checked; `npm run check` does that.
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

let service;

function compile(path, text) {
  service ??= require('ts-node').create({ cwd: resolve(__dirname, '..') }); // Only now: it loads the compiler.
  return service.compile(text, path);
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
