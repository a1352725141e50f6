import type { Command } from 'commander';
import type { PreviewOptions } from '../index';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { HYPERFRAMES_OPTIONS } from '../options/hyperframesOptions';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { PREVIEW_OPTIONS } from '../options/previewOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { addFlags, givenFlags, readFlags } from './flags';

/** `filmgate preview <page|scene> [--at 1.5s | --contact-sheet 4x3] -o <picture>` */
export function addPreview(program: Command): void {
  const command = program
    .command('preview')
    .description('render one frame, or a contact sheet, to a picture')
    .argument('<page|scene>', 'as for render');
  const { quiet } = DISPLAY_OPTIONS; // A picture is there too soon for progress.
  for (const rows of [PREVIEW_OPTIONS, { quiet }, PAGE_OPTIONS, HYPERFRAMES_OPTIONS, SCENE_OPTIONS])
    addFlags(command, rows);
  command.action(async (argument: string) => {
    const { preview } = require('../index') as typeof import('../index');
    const { previewLine } = require('./progress/progressText') as typeof import('./progress/progressText');
    const { runCommand } = require('./runCommand') as typeof import('./runCommand');
    const { sourceOf } = require('./sourceOf') as typeof import('./sourceOf');
    const flags = givenFlags(command);
    const { code } = await runCommand(
      flags,
      async ({ signal, onEvent }) => {
        const options = readFlags<PreviewOptions>(PREVIEW_OPTIONS, flags);
        const output = flags.output as string;
        return preview({ ...options, output, source: sourceOf(argument, flags), signal, onEvent });
      },
      (display, result) => display.log(previewLine(result)),
    );
    process.exitCode = code;
  });
}
