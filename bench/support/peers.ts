import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FFmpeg } from '../../src';
import type { BrowserProgram } from '../../src/chromium';

/** One renderer's whole command. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its words, for so many workers, or for its own choice, of this composition or another one. */
  command(output: string, workers: number | undefined, composition?: string): readonly string[];
}

export interface Tools {
  readonly browser: BrowserProgram;
  readonly ffmpeg: FFmpeg;
}

const ROOT = join(__dirname, '../..');
const FIXTURES = join(ROOT, 'bench/peers');
const run = promisify(execFile);

/** Filmgate as it is now, built into the folder, and HyperFrames installed there, for compositions in its form. */
export async function installFilmPeers(folder: string, { browser, ffmpeg }: Tools): Promise<[Peer, Peer]> {
  const composition = copyComposition(folder, 'composition');
  const env = environment({ browser, ffmpeg });
  return [
    await filmgate(folder, composition, { ...env, FILMGATE_BROWSER: browser.path, FFMPEG_PATH: ffmpeg.path }),
    await hyperframes(folder, composition, { ...env, PRODUCER_HEADLESS_SHELL_PATH: browser.path }),
  ];
}

/** Those and Remotion, which has a port of the composition. */
export async function installPeers(folder: string, tools: Tools): Promise<readonly Peer[]> {
  const peers = await installFilmPeers(folder, tools);
  return [...peers, await remotion(folder, environment(tools), tools.browser.path)];
}

/** Copies a composition of bench/peers, with GSAP beside it. */
export function copyComposition(folder: string, name: string): string {
  const composition = join(folder, name);
  cpSync(join(FIXTURES, name), composition, { recursive: true });
  cpSync(require.resolve('gsap/dist/gsap.min.js'), join(composition, 'gsap.min.js'));
  return composition;
}

function environment({ browser, ffmpeg }: Tools): Peer['env'] {
  return { PATH: [dirname(ffmpeg.path), process.env.PATH].join(delimiter), ...browser.env };
}

async function filmgate(folder: string, composition: string, env: Peer['env']): Promise<Peer> {
  const cwd = join(folder, 'filmgate');
  mkdirSync(cwd);
  cpSync(join(ROOT, 'package.json'), join(cwd, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  const compiler = require.resolve('typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(cwd, 'dist')], {
    cwd: ROOT,
  });
  return {
    ...{ name: 'Filmgate', version: versionIn(cwd), cwd, env },
    command: (output, workers, other = composition) => [
      ...[process.execPath, 'dist/cli/main.js', 'render', join(other, 'index.html')],
      ...['-o', output, '-y', '--fps', '30'],
      ...(workers ? ['--workers', String(workers)] : []),
    ],
  };
}

/** It needs Node 22, which comes from the registry with it. */
async function hyperframes(folder: string, composition: string, env: Peer['env']): Promise<Peer> {
  const cwd = await install(folder, 'hyperframes');
  const path = [join(cwd, 'node_modules/.bin'), env.PATH].join(delimiter);
  const quiet = { HYPERFRAMES_NO_TELEMETRY: '1', DO_NOT_TRACK: '1', HYPERFRAMES_NO_UPDATE_CHECK: '1' };
  return {
    ...{ name: 'HyperFrames', version: versionIn(join(cwd, 'node_modules/hyperframes')), cwd },
    env: { ...env, ...quiet, HYPERFRAMES_SKIP_SKILLS: '1', PATH: path },
    command: (output, workers, other = composition) => [
      ...['node_modules/.bin/hyperframes', 'render', other, '-o', output, '--fps', '30'],
      ...(workers ? ['--workers', String(workers)] : []),
    ],
  };
}

async function remotion(folder: string, env: Peer['env'], browser: string): Promise<Peer> {
  const cwd = await install(folder, 'remotion');
  return {
    ...{ name: 'Remotion', version: versionIn(join(cwd, 'node_modules/@remotion/cli')), cwd, env },
    command: (output, workers) => [
      ...[
        'node_modules/.bin/remotion',
        'render',
        'index.jsx',
        'film',
        output,
        `--browser-executable=${browser}`,
      ],
      ...(workers ? [`--concurrency=${workers}`] : []),
    ],
  };
}

async function install(folder: string, name: string): Promise<string> {
  const cwd = join(folder, name);
  cpSync(join(FIXTURES, name), cwd, { recursive: true });
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd,
    maxBuffer: 2 ** 24,
  });
  return cwd;
}

function versionIn(folder: string): string {
  return createRequire(join(folder, 'package.json'))('./package.json').version;
}
