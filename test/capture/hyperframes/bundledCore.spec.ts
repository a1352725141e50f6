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
  const entries = () => [path('package/one.mjs'), path('package/two.mjs')];
  const load = async () => (await loadBundled(path('package'), entries())).exports;
  const kept = () => readdirSync(path('cache/filmgate')).map((name) => path(`cache/filmgate/${name}`));
  const write = (name: string, text: string) => writeFileSync(path(`package/${name}`), text);

  beforeEach(() => {
    mkdirSync(path('package/node_modules'), { recursive: true });
    symlinkSync(join(require.resolve('esbuild/package.json'), '..'), path('package/node_modules/esbuild'));
    write('package.json', '{ "type": "module" }');
    write('one.mjs', `export { own } from './own.cjs';\nexport const one = 1;`);
    write('own.cjs', `exports.own = 'first';`);
    write('two.mjs', `import * as esbuild from 'esbuild';\nexport const two = esbuild.version;`);
  });

  it('has what all of the modules export, from one file', async () => {
    const { version } = require('esbuild/package.json');
    expect(await load()).to.include({ one: 1, own: 'first', two: version });
    expect(kept()).to.have.lengthOf(1);
    expect(await load()).to.include({ one: 1, own: 'first', two: version });
    expect(readdirSync(kept()[0] as string)).to.have.members(['bundle.cjs', 'inputs.json']);
  });

  const CHANGES: Readonly<Record<string, () => void>> = {
    'a file has another length': () => write('own.cjs', `exports.own = 'another';`),
    'a file was written anew': () => {
      write('own.cjs', `exports.own = 'other';`);
      utimesSync(path('package/own.cjs'), 1, 1);
    },
    'its list of files is broken': () => writeFileSync(`${kept()[0]}/inputs.json`, '['),
    'it is gone': () => rmSync(`${kept()[0]}/bundle.cjs`),
  };
  for (const [what, change] of Object.entries(CHANGES))
    it(`is made anew where ${what}`, async () => {
      await load();
      change();
      const own = /'(.*)'/.exec(readFileSync(path('package/own.cjs'), 'utf8'))?.[1];
      expect(await load()).to.include({ own, one: 1 });
      expect(kept()).to.have.lengthOf(1);
    });

  it('keeps the code of what has run, once, and does without where that is broken', async () => {
    await load();
    const code = `${kept()[0]}/bundle.cjs.code`;
    copySources(
      path('src'),
      'errors.ts',
      'process',
      'capture/chromium',
      'capture/hyperframes/bundledCore.ts',
    );
    const script = `require('./capture/hyperframes/bundledCore').loadBundled(${JSON.stringify(path('package'))}, [])
      .then(({ exports, keepCode }) => { keepCode(); console.log(exports.one); });`;
    const loadInAnotherProcess = () => {
      const said = execFileSync(process.execPath, ['-e', script], { cwd: path('src'), encoding: 'utf8' });
      expect(said.trim()).to.equal('1');
      return statSync(code);
    };
    const first = loadInAnotherProcess();
    expect(loadInAnotherProcess().ino).to.equal(first.ino);
    writeFileSync(code, 'broken');
    expect(loadInAnotherProcess().size).to.equal(first.size);
  });

  it('is refused where a module looks for its own file, and where there is no esbuild', async () => {
    const expectRejection = (loading: Promise<unknown>, text: RegExp) =>
      loading.then(
        () => expect.fail('loaded'),
        (error) => expect(String(error)).to.match(text),
      );
    write('one.mjs', 'export const one = import.meta.url;');
    await expectRejection(load(), /import\.meta/);
    mkdirSync(path('without'));
    writeFileSync(path('without/package.json'), '{}');
    await expectRejection(loadBundled(path('without'), []), /Cannot find module 'esbuild'/);
    expect(kept()).to.deep.equal([]);
  });
});
