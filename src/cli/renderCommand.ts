import type { Command } from 'commander';
import { type CaptureSource, threads } from '../index';
import { addRenderOptions, type RenderFlags, sceneOptions } from './options';
import { runRender } from './runRender';

/** `filmgate render <scene> -o <file>` */
export function addRender(program: Command): void {
  const command = program
    .command('render')
    .description('render a scene module to a video')
    .argument('<scene>', 'path of the scene module: .js, .mjs, .cjs, or .ts')
    .requiredOption('-o, --output <file>', 'the video; for a PNG sequence a pattern such as frames/%05d.png');
  addRenderOptions(command).action(async (scene: string, flags: RenderFlags) => {
    const { code } = await runRender(flags, () => sourceOf(scene, flags));
    process.exitCode = code;
  });
}

/** What the argument stands for. */
function sourceOf(scene: string, flags: RenderFlags): CaptureSource {
  return threads(scene, sceneOptions(flags));
}
