import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { findFFmpeg } from '../src/ffmpeg/findFFmpeg';
import { decodeIndices } from './support/video';

const ROOT = resolve(__dirname, '..');
const SOURCES = [
  ...['src', 'scripts', 'tsconfig.json', 'tsconfig.build.json'],
  ...['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'],
];

describe('the package', function () {
  this.timeout(300_000); // It is built, packed, and installed from the registry.

  let folder: string;
  let built: string;
  let project: string;
  let packed: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    project = join(folder, 'project');
    built = join(folder, 'built');
    for (const name of SOURCES) cpSync(join(ROOT, name), join(built, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(built, 'node_modules'));
    await run(built, process.execPath, 'scripts/build.mjs');
    const listed = await run(
      built,
      'npm',
      'pack',
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      folder,
    );
    const [{ filename, files }] = JSON.parse(listed);
    packed = files.map(({ path }: { path: string }) => path);

    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }');
    cpSync(join(ROOT, 'test/fixtures/scenes'), join(project, 'scenes'), { recursive: true });
    const quick = ['--omit=optional', '--no-audit', '--no-fund', '--prefer-offline', '--prefix', project];
    await run(project, 'npm', 'install', ...quick, join(folder, filename));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What a program prints; rejects when it fails. */
  async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, FFMPEG_PATH: (await findFFmpeg()).path, NPM_CONFIG_LOGLEVEL: 'error' };
    return new Promise((settle, reject) => {
      execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${program} ${args.join(' ')}: ${stdout}\n${stderr}`, { cause: error }));
        else settle(stdout);
      });
    });
  }

  function runScript(name: string, text: string): Promise<string> {
    writeFileSync(join(project, name), text);
    return run(project, process.execPath, name);
  }

  async function expectVideo(name: string) {
    const path = join(project, name);
    expect(await decodeIndices(path)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }

  it('holds what is used, and nothing else', () => {
    expect(packed).to.include.members(['package.json', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']);
    expect(packed).to.include.members([
      'dist/cli/main.js',
      'dist/canvas.js',
      'dist/capture/threads/entry.js',
    ]);
    const others = packed.filter(
      (path) => !/^(dist\/.*\.(js|d\.ts)|[A-Z]+\.md|LICENSE|package\.json)$/.test(path),
    );
    expect(others).to.deep.equal([]);
  });

  it('is built with the run bit on its program, so that npx finds it in a clone', async function () {
    if (process.platform === 'win32') this.skip();
    const program = join(built, 'dist/cli/main.js');
    expect(statSync(program).mode & 0o111).to.equal(0o111);
    expect(await run(built, program, '--version')).to.match(/^\d+\.\d+\.\d+/);
  });

  it('declares nothing that is internal', () => {
    const declarations = packed.filter((path) => path.endsWith('.d.ts'));
    const internal = declarations.filter((path) =>
      readFileSync(join(built, path), 'utf8').includes('@internal'),
    );
    expect(declarations).to.include('dist/index.d.ts');
    expect(internal).to.deep.equal([]);
  });

  it('renders from CommonJS', async () => {
    const told = await runScript(
      'main.cjs',
      `const { renderVideo, threads } = require('filmgate');
      const source = threads('scenes/indexed.cjs', { params: { frames: 10 } });
      renderVideo({ source, output: 'commonjs.mp4', workers: 2 }).then(({ frames }) => console.log(frames));`,
    );
    expect(told.trim()).to.equal('10');
    await expectVideo('commonjs.mp4');
  });

  it('renders from an ES module', async () => {
    const told = await runScript(
      'main.mjs',
      `import { FilmgateError, render, threads } from 'filmgate';
      const source = threads('scenes/indexed.cjs', { params: { frames: 10 } });
      if (typeof FilmgateError !== 'function') throw new Error('no error class');
      render({ source, output: 'module.mp4', workers: 2 }).subscribe((event) => {
        if (event.type === 'finished') console.log(event.result.frames);
      });`,
    );
    expect(told.trim()).to.equal('10');
    await expectVideo('module.mp4');
  });

  it('says which package a scene needs that draws on a canvas', async () => {
    const told = await runScript(
      'canvas.cjs',
      `const { renderVideo, threads } = require('filmgate');
      const rendering = renderVideo({ source: threads('scenes/drawn.cjs'), output: 'canvas.mp4', workers: 1 });
      rendering.catch(({ code, message }) => console.log(code, message));`,
    );
    expect(told).to.include('PACKAGE_MISSING').and.include('npm install @napi-rs/canvas');
    expect(existsSync(join(project, 'canvas.mp4'))).to.equal(false);
  });

  it('has types that check, with nothing skipped', async () => {
    writeFileSync(
      join(project, 'typed.ts'),
      `import { type RenderEvent, type Snapshot, defineScene, inline, openEncoder, openGate, render, snapshots }
        from 'filmgate';
      export const scene = defineScene<{ title: string }, number>({
        width: 4, height: 4, fps: '30000/1001', frames: 1,
        setup: ({ params }) => params.title.length,
        paint(pixels, { index }, length) { pixels.fill(index + length); },
      });
      const source = inline({
        format: { pixels: 'rgba', width: 4, height: 4 }, fps: 30, frames: 2,
        capture: async ({ index }) => new Uint8Array(64).fill(index),
      });
      export const play = () => render({ source, output: 'a.mp4' }).pipe(snapshots()).subscribe(
        ({ written, total, bottleneck }: Snapshot) => console.log(written, total, bottleneck));
      export const nameOf = (event: RenderEvent): string =>
        event.type === 'finished' ? event.result.output : event.type;
      export async function push(): Promise<number> {
        const gate = openGate(await openEncoder({ output: 'a.mp4', format: { pixels: 'rgba', width: 4, height: 4 },
          fps: 30 }), { count: 1 });
        const drained: boolean = await gate.write(0, new Uint8Array(64));
        return drained ? (await gate.close()).frames : 0;
      }
      // @ts-expect-error: a source is needed.
      render({ output: 'a.mp4' });`,
    );
    const compilerOptions = {
      ...{ target: 'es2022', module: 'node20', strict: true, noEmit: true, skipLibCheck: false },
      ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    await run(
      project,
      process.execPath,
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      'tsconfig.json',
    );
  });

  it('has a program', async () => {
    const { version } = require(join(ROOT, 'package.json'));
    expect((await run(project, 'npx', '--no-install', 'filmgate', '--version')).trim()).to.include(version);
    const params = ['--params', '{"frames":10}', '--workers', '2', '-q'];
    await run(
      project,
      'npx',
      '--no-install',
      'filmgate',
      'render',
      'scenes/indexed.cjs',
      '-o',
      'cli.mp4',
      ...params,
    );
    await expectVideo('cli.mp4');
  });
});
