import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadCore } from '../../../src/capture/hyperframes/core';
import { copySources } from '../../support/copiedSources';
import { useFolder } from '../../support/folder';
import { rejection } from '../../support/rejection';

describe('loadCore', () => {
  const path = useFolder();

  it('takes the project’s own copy before ours', async () => {
    const folder = path('node_modules/@hyperframes/core');
    mkdirSync(folder, { recursive: true });
    for (const part of ['compiler', 'variables', 'aliases'])
      writeFileSync(`${folder}/${part}.mjs`, `export const ${part} = 1;`);
    writeFileSync(`${folder}/runtime.js`, 'run()');
    const exports = {
      './compiler': { import: './compiler.mjs' },
      './variables': { import: './variables.mjs' },
      './fonts/aliases': { import: './aliases.mjs' },
      './runtime': './runtime.js',
    };
    writeFileSync(`${folder}/package.json`, JSON.stringify({ version: '9.9.9', exports }));
    expect(await loadCore(path())).to.include({
      version: '9.9.9',
      runtime: 'run()',
      compiler: 1,
      aliases: 1,
    });
  });

  it('says which copy cannot be used, and why', async () => {
    const folder = path('node_modules/@hyperframes/core');
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, '{ "version": "0.1.0", "exports": {} }');
    const { message } = await rejection(loadCore(path()), 'PACKAGE_MISSING');
    expect(message).to.include(`0.1.0 in ${folder} cannot be used`).and.include('0.8 or later');
  });

  it('says how to get the package where there is none', () => {
    const own = ['core', 'bundledCore', 'keepComments', 'storedCode'].map(
      (name) => `capture/hyperframes/${name}.ts`,
    );
    copySources(path(), 'errors.ts', 'process', 'capture/chromium', 'capture/chromium/canvas', ...own);
    const script = `require('./capture/hyperframes/core').loadCore(process.cwd()).catch((error) => console.log(error.code, error.message))`;
    const said = execFileSync(process.execPath, ['-e', script], { cwd: path(), encoding: 'utf8' });
    expect(said).to.match(/^PACKAGE_MISSING .* npm install @hyperframes\/core in /);
  });
});
