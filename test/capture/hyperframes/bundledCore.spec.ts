import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadBundled } from '../../../src/capture/hyperframes/bundledCore';
import { copySources } from '../../support/copiedSources';
import { useEnvironment } from '../../support/environment';
import { useFolder } from '../../support/folder';

describe('loadBundled', () => {
  const path = useFolder();
  useEnvironment(() => ({ XDG_CACHE_HOME: path('cache') }));
  const ENTRIES = ['one.mjs', 'two.mjs'];
  const load = async (folder = path('package'), entries = ENTRIES) =>
    (await loadBundled(folder, entries)).exports;
  const cached = () => readdirSync(path('cache/filmgate')).map((name) => path(`cache/filmgate/${name}`));
  const write = (name: string, text: string, seconds = 1000) => {
    writeFileSync(path(`package/${name}`), text);
    utimesSync(path(`package/${name}`), seconds, seconds);
  };
  const expectRejection = (loading: Promise<unknown>, text: RegExp) =>
    loading.then(
      () => expect.fail('loaded'),
      (error) => expect(String(error)).to.match(text),
    );

  beforeEach(() => {
    mkdirSync(path('package/node_modules'), { recursive: true });
    symlinkSync(join(require.resolve('esbuild/package.json'), '..'), path('package/node_modules/esbuild'));
    write('package.json', '{ "type": "module" }');
    write('one.mjs', `export { own } from './own.cjs';\nexport const one = 1;\nexport const both = 'one';`);
    write('own.cjs', `exports.own = 'first';`);
    write(
      'two.mjs',
      `import * as esbuild from 'esbuild';\nexport const [two, both] = [esbuild.version, 'two'];`,
    );
  });

  it('has what all of the modules export, from one file', async () => {
    const { version } = require('esbuild/package.json');
    const all = { one: 1, own: 'first', two: version, both: 'two' };
    expect(await load()).to.deep.equal(all);
    expect(cached()).to.have.lengthOf(1);
    expect(await load()).to.deep.equal(all);
    expect(readdirSync(cached()[0] as string)).to.have.members(['bundle.cjs', 'facts.json']);
  });

  it('is another one for other modules of the package', async () => {
    expect(await load(undefined, ['one.mjs'])).to.have.all.keys('one', 'own', 'both');
    expect(await load()).to.include({ one: 1, both: 'two' });
    expect(cached()).to.have.lengthOf(2);
  });

  it('knows a package by its folder, whatever links lead there', async () => {
    symlinkSync(path('package'), path('link'));
    await load(path('link'));
    write('own.cjs', `exports.own = 'changed';`);
    expect(await load()).to.include({ own: 'changed' });
    expect(await load(path('link'))).to.include({ own: 'changed' });
    expect(cached()).to.have.lengthOf(1);
  });

  const CHANGES: Readonly<Record<string, () => void>> = {
    'a file has another length': () => write('own.cjs', `exports.own = 'another';`),
    'a file was written anew': () => write('own.cjs', `exports.own = 'other';`, 2000),
    'its list of files is broken': () => writeFileSync(`${cached()[0]}/facts.json`, '['),
    'it is empty': () => writeFileSync(`${cached()[0]}/bundle.cjs`, ''),
    'it is gone': () => rmSync(`${cached()[0]}/bundle.cjs`),
  };
  for (const [what, change] of Object.entries(CHANGES))
    it(`is made anew where ${what}`, async () => {
      await load();
      change();
      const own = /'(.*)'/.exec(readFileSync(path('package/own.cjs'), 'utf8'))?.[1];
      expect(await load()).to.include({ own, one: 1 });
      expect(cached()).to.have.lengthOf(1);
    });

  it('stores the code of what has run, once, and does without where that is damaged or of another text', async () => {
    await load();
    const code = `${cached()[0]}/bundle.cjs.code`;
    const own = ['bundledCore', 'keepComments', 'storedCode'].map((name) => `capture/hyperframes/${name}.ts`);
    copySources(path('src'), 'errors.ts', 'process', 'capture/chromium', 'capture/chromium/canvas', ...own);
    const script = `require('./capture/hyperframes/bundledCore').loadBundled(${JSON.stringify(path('package'))}, ${JSON.stringify(ENTRIES)})
      .then(({ exports, storeCode }) => { storeCode(); console.log(exports.own); });`;
    const loadInAnotherProcess = () => {
      const said = execFileSync(process.execPath, ['-e', script], { cwd: path('src'), encoding: 'utf8' });
      return { said: said.trim(), inode: statSync(code).ino, stored: readFileSync(code) };
    };
    const first = loadInAnotherProcess();
    expect(loadInAnotherProcess()).to.deep.include({ said: 'first', inode: first.inode });
    const damaged = Buffer.from(first.stored).fill(0, first.stored.length / 2);
    writeFileSync(code, damaged);
    const mended = loadInAnotherProcess();
    expect([mended.said, mended.stored.equals(damaged)]).to.deep.equal(['first', false]);
    write('own.cjs', `exports.own = 'other';`, 2000);
    expect(await load()).to.include({ own: 'other' });
    writeFileSync(code, first.stored);
    expect(loadInAnotherProcess().said).to.equal('other');
  });

  const REFUSED: Readonly<Record<string, RegExp>> = {
    'export const one = import.meta.url;': /import\.meta/,
    'export const one = () => import("esbuild");': /does not know yet/,
    'export { one } from "./where.cjs"': /looks for its own file/,
    'export const one = ;': /Unexpected/,
  };
  for (const [text, problem] of Object.entries(REFUSED))
    it(`is refused, without another try, for ${text}`, async () => {
      write('where.cjs', 'exports.one = __dirname;');
      write('one.mjs', text);
      await expectRejection(load(), problem);
      const stored = statSync(`${cached()[0]}/facts.json`).ino;
      await expectRejection(load(), problem);
      expect(statSync(`${cached()[0]}/facts.json`).ino).to.equal(stored);
    });

  it('is refused while its files change', async () => {
    write('own.cjs', `exports.own = 'new';`, Date.now() / 1000 + 60);
    await expectRejection(load(), /its files change/);
    expect(cached()).to.deep.equal([]);
  });

  it('is refused without esbuild', async () => {
    mkdirSync(path('without'));
    writeFileSync(path('without/package.json'), '{}');
    await expectRejection(load(path('without')), /Cannot find module 'esbuild'/);
  });
});
