import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '0.8.170';

/** HyperFrames' own renderer, installed into a folder that stays for the next time. */
export interface Reference {
  /** Where it is installed; projects below it also find the fonts that it embeds. */
  readonly folder: string;
  render(project: string, output: string, args: readonly string[]): Promise<void>;
}

/** HyperFrames could not be installed, or has failed: what ours would be compared with is missing. */
export class ReferenceMissing extends Error {}

/** A browser, and what it wants in its environment. */
export interface BrowserPath {
  readonly path: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

function isMissing(what: string) {
  return (cause: Error) => {
    throw new ReferenceMissing(`${what}: ${cause.message}`, { cause });
  };
}

/** Installs HyperFrames and the Node.js that it needs, if they are not there yet. */
export async function installReference(browser: BrowserPath): Promise<Reference> {
  const folder = join(tmpdir(), `filmgate-films-${VERSION}`);
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const node = `${prefix}-${process.platform}-${process.arch}`; // What the package `node` installs by a script.
  const program = join(folder, 'node_modules', node, 'bin/node');
  const cli = join(folder, 'node_modules/hyperframes/bin/hyperframes.mjs');
  if (!existsSync(program) || !existsSync(cli)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const fonts = ['inter', 'jetbrains-mono', 'eb-garamond'].map((name) => `@fontsource/${name}@5`);
    const packages = [`hyperframes@${VERSION}`, `${node}@22`, ...fonts];
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: folder,
    }).catch(isMissing('HyperFrames cannot be installed'));
  }
  const env = {
    ...process.env,
    ...browser.env, // Where its libraries are.
    HYPERFRAMES_BROWSER_PATH: browser.path,
    PRODUCER_HEADLESS_SHELL_PATH: browser.path,
    HYPERFRAMES_NO_TELEMETRY: '1',
    HYPERFRAMES_NO_UPDATE_CHECK: '1',
  };
  return {
    folder,
    async render(project, output, args) {
      const all = [cli, 'render', project, '-o', output, '--workers', '1', ...args];
      await run(program, all, { env, maxBuffer: 2 ** 28 }).catch(isMissing('HyperFrames fails'));
    },
  };
}
