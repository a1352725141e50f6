import type { Command } from 'commander';
import type { CaptureSource } from '../index';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { FARM_OPTIONS } from '../options/farmOptions';
import { HYPERFRAMES_OPTIONS } from '../options/hyperframesOptions';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { hideCredentials } from './commandLine';
import { isForFarm } from './farmSource';
import { addFlags, type Flags, givenFlags } from './flags';

/** `filmgate render <page|scene> -o <file>` */
export function addRender(program: Command): void {
  const command = program
    .command('render')
    .description('render a page or a scene to a video')
    .argument(
      '<page|scene>',
      'a page: an .html file, a URL or a HyperFrames project; or a scene: a .js, .mjs, .cjs or .ts module',
    );
  const all = [
    RENDER_OPTIONS,
    DISPLAY_OPTIONS,
    PAGE_OPTIONS,
    HYPERFRAMES_OPTIONS,
    SCENE_OPTIONS,
    FARM_OPTIONS,
  ];
  for (const rows of all) addFlags(command, rows);
  command.action(async (argument: string) => {
    const { runRender } = require('./runRender') as typeof import('./runRender');
    const { sourceOf } = require('./sourceOf') as typeof import('./sourceOf');
    const flags = givenFlags(command);
    const source = () => sourceOf(argument, flags);
    const { code } = await (isForFarm(flags) ? onFarm(flags, source) : runRender(flags, source));
    process.exitCode = code;
  });
}

function onFarm(flags: Flags, source: () => CaptureSource) {
  hideCredentials();
  const { runFarmRender } = require('./runFarmRender') as typeof import('./runFarmRender');
  return runFarmRender(flags, source);
}
