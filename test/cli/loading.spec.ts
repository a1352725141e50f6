import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { runCli } from '../support/cli';
import { useFolder } from '../support/folder';

const FOR_ALL = ['commander', 'picocolors'];
const FOR_RENDERS = [...FOR_ALL, 'rxjs', 'signal-exit'];
const SCENE = resolve('test/fixtures/scenes/indexed.cjs');

describe('what a command loads before it begins', () => {
  const path = useFolder();

  /** The packages that a run has loaded, and the folders and files of src/ that it has loaded something of. */
  async function loaded(args: readonly string[], code: number) {
    const list = path('loaded.json');
    const script = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)},
      JSON.stringify(Object.keys(require.cache))))`;
    writeFileSync(path('list.cjs'), script);
    const end = await runCli(args, { env: { NODE_OPTIONS: `--require ${path('list.cjs')}` } });
    expect(end.code, end.stderr).to.equal(code);
    const files: string[] = JSON.parse(readFileSync(list, 'utf8'));
    const named = (pattern: RegExp) => [...new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []))];
    return {
      packages: named(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/).sort(),
      modules: named(/.*\/dist\/([^/]+)/),
    };
  }

  it('a command that only tells of itself loads no library but that of the command line', async () => {
    for (const args of [['--version'], ['render', '--help']]) {
      expect((await loaded(args, 0)).packages).to.deep.equal(FOR_ALL);
    }
  });

  it('a command that renders loads RxJS as one file, with all that is in it', () => {
    const bundle = resolve(require.resolve('rxjs'), '../../bundles/rxjs.umd.min.js');
    const script = `
      require('./src/cli/bundledRxjs').loadBundledRxjs();
      const names = Object.keys(require('rxjs'));
      console.log(JSON.stringify([names, Object.keys(require.cache).filter((file) => file.includes('/rxjs/'))]));`;
    const args = ['-r', './scripts/typescript.cjs', '-e', script];
    const [names, files] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect(names).to.include.members(Object.keys(require('rxjs')));
    expect(files).to.have.members([bundle, require.resolve('rxjs')]);
  });

  const NEVER = ['dashboard', 'farm', 'farm.js', 'films', 'storage'];

  it('a scene that is rendered loads nothing of farms or the dashboard', async () => {
    const args = ['render', SCENE, '-o', path('video.mp4'), '--frames', '0-1', '--params', '{"frames":2}'];
    const { packages, modules } = await loaded(args, 0);
    expect(packages).to.have.members([...FOR_RENDERS, 'mrmime']);
    for (const module of NEVER) expect(modules).not.to.include(module);
  });

  it('nor does a page, up to the start of its browser', async () => {
    writeFileSync(path('page.html'), '<p>Hello</p>');
    const browser = path('nothing');
    const args = [
      'render',
      path('page.html'),
      '-o',
      path('video.mp4'),
      '--duration',
      '1',
      '--browser',
      browser,
    ];
    const { packages, modules } = await loaded(args, 3);
    expect(packages).to.have.members([...FOR_RENDERS, 'mrmime']);
    for (const module of NEVER) expect(modules).not.to.include(module);
  });
});
