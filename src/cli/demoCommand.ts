import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { FilmgateError, threads } from '../index';
import { addRenderOptions, type RenderFlags } from './options';
import { colors } from './progress/style';
import { runRender } from './runRender';
import { addSceneOptions, type SceneFlags, sceneOptions } from './sceneOptions';

const SCENE = join(__dirname, 'demo', `scene${extname(__filename)}`);

/** `filmgate demo [-o out/demo.mp4]` */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('render a built-in scene: 10 seconds, 1280x720, no optional package needed')
    .option('-o, --output <file>', 'the video; its folder is made', 'out/demo.mp4');
  addSceneOptions(addRenderOptions(command)).action(async (flags: RenderFlags & SceneFlags) => {
    let folder: Folder | undefined;
    const { code, result } = await runRender(flags, () => {
      const source = threads(SCENE, sceneOptions(flags));
      folder = makeFolder(dirname(resolve(flags.output)));
      return source;
    });
    process.exitCode = code;
    if (!result) folder?.removeIfNew();
    else if (!flags.quiet && (flags.progressFormat ?? 'tty') === 'tty') sayMore(result.output);
  });
}

function sayMore(output: string): void {
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
    const message = `output: the folder ${path} cannot be made: ${(error as Error).message}`;
    throw new FilmgateError('OUTPUT_UNWRITABLE', message, { cause: error });
  }
}

/** Removes `path` and the folders above it up to `topmost`, as far as nobody has put anything there. */
function removeEmpty(path: string, topmost: string): void {
  try {
    rmdirSync(path);
    if (path !== topmost) removeEmpty(dirname(path), topmost);
  } catch {
    // It is in use now.
  }
}
