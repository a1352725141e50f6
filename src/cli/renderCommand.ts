import type { Command } from 'commander';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { HYPERFRAMES_OPTIONS } from '../options/hyperframesOptions';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { addFlags, givenFlags } from './flags';

/** `filmgate render <page|scene> -o <file>` */
export function addRender(program: Command): void {
  const command = program
    .command('render')
    .description('render a page or a scene to a video')
    .argument(
      '<page|scene>',
      'a page: an .html file, a URL or a HyperFrames project; or a scene: a .js, .mjs, .cjs or .ts module',
    );
  for (const rows of [RENDER_OPTIONS, DISPLAY_OPTIONS, PAGE_OPTIONS, HYPERFRAMES_OPTIONS, SCENE_OPTIONS])
    addFlags(command, rows);
  command.action(async (argument: string) => {
    const { runRender } = require('./runRender') as typeof import('./runRender');
    const { sourceOf } = require('./sourceOf') as typeof import('./sourceOf');
    const flags = givenFlags(command);
    const { code } = await runRender(flags, () => sourceOf(argument, flags));
    process.exitCode = code;
  });
}
