import type { Command } from 'commander';
import { addRenderOptions, type RenderFlags } from './options';
import { addPageOptions } from './pageOptions';
import { runRender } from './runRender';
import { addSceneOptions } from './sceneOptions';
import { type SourceFlags, sourceOf } from './sourceOf';

/** `filmgate render <page|scene> -o <file>` */
export function addRender(program: Command): void {
  const command = program
    .command('render')
    .description('render a page or a scene to a video')
    .argument('<page|scene>', 'an .html file or a URL; or a scene module: .js, .mjs, .cjs, or .ts')
    .requiredOption('-o, --output <file>', 'the video; for a PNG sequence a pattern such as frames/%05d.png');
  addRenderOptions(command);
  addPageOptions(command);
  addSceneOptions(command);
  command.action(async (argument: string, flags: RenderFlags & SourceFlags) => {
    const { code } = await runRender(flags, () => sourceOf(argument, flags));
    process.exitCode = code;
  });
}
