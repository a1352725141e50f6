import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { FilmgateError, messageOf } from '../errors';
import type { ThreadsOptions } from '../index';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { addFlags, type Flags, givenFlags, readFlags } from './flags';
import { stdoutColors as colors } from './progress/style';

const SCENE = join(__dirname, 'demo', `scene${extname(__filename)}`);
const OUTPUT = {
  ...RENDER_OPTIONS.output,
  help: 'video to write; its folder is created',
  required: false,
  default: 'out/demo.mp4',
} as const;

/** `filmgate demo [-o out/demo.mp4]` */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('render a built-in scene: 10 seconds in 1280x720, with no optional package needed');
  const rows = { ...RENDER_OPTIONS, output: OUTPUT };
  for (const each of [rows, DISPLAY_OPTIONS, SCENE_OPTIONS]) addFlags(command, each);
  command.action(async () => {
    const { runRender } = require('./runRender') as typeof import('./runRender');
    const { threads } = require('../index') as typeof import('../index');
    const flags: Flags & { readonly output: string } = { output: OUTPUT.default, ...givenFlags(command) };
    let folder: Folder | undefined;
    const { code, result } = await runRender(flags, () => {
      const source = threads(SCENE, readFlags<ThreadsOptions>(SCENE_OPTIONS, flags));
      folder = makeFolder(dirname(resolve(flags.output)));
      return source;
    });
    process.exitCode = code;
    if (!result) folder?.removeIfNew();
    else if (!flags.quiet && (flags.progressFormat ?? 'tty') === 'tty') printNextSteps(result.output);
  });
}

function printNextSteps(output: string): void {
  console.log(`Play ${colors.bold(output)}, then render a scene of your own:`);
  console.log(colors.cyan('  filmgate render scene.js -o video.mp4'));
}

interface Folder {
  removeIfNew(): void;
}

function makeFolder(path: string): Folder {
  try {
    const made = mkdirSync(path, { recursive: true });
    return { removeIfNew: () => made && removeEmpty(path, made) };
  } catch (error) {
    const message = `output: cannot create the folder ${path}: ${messageOf(error)}`;
    throw new FilmgateError('OUTPUT_UNWRITABLE', message, { option: 'output', value: path, cause: error });
  }
}

/** Removes `path` and the folders above it up to `topmost`, as long as they are empty. */
function removeEmpty(path: string, topmost: string): void {
  try {
    rmdirSync(path);
    if (path !== topmost) removeEmpty(dirname(path), topmost);
  } catch {
    // It is in use by now.
  }
}
