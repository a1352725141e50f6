import { Command } from 'commander';
import { loadBundledRxjs } from './bundledRxjs';
import { addDemo } from './demoCommand';
import { addDoctor } from './doctorCommand';
import { addFarm } from './farmCommand';
import { addPreview } from './previewCommand';
import { addRender } from './renderCommand';
import { addStatus } from './statusCommand';
import { addView } from './viewCommand';
import { addWorker } from './workerCommand';

const EXIT_CODES_HELP = `
Exit codes:
  0    success: the video is complete and verified
  1    the render failed
  2    the command line is wrong
  3    FFmpeg or a browser is missing
  4    the output exists, is in use, or cannot be written
  130  cancelled by Ctrl-C (SIGINT); 143 by SIGTERM

Environment:
  FFMPEG_PATH, FILMGATE_BROWSER  programs to use
  FILMGATE_FARM, FILMGATE_STORAGE  address of a farm's Redis, and the farm's storage
  FILMGATE_DEBUG=1               print the stack of an error
  NO_COLOR=1, FORCE_COLOR=1      turn colours off or on`;

/**
 * The command line, ready to parse. It throws instead of exiting, and leaves reporting errors to its caller. A command
 * loads what it needs when it runs: until then this is all that `--help` and `--version` wait for.
 */
export function createProgram(): Command {
  const { version } = require('../../package.json') as { version: string };
  const program = new Command('filmgate')
    .description('Renders pages and scenes to video: many workers, frames in order, flat memory.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', EXIT_CODES_HELP)
    .hook('preAction', loadBundledRxjs);
  addRender(program);
  addPreview(program);
  addDemo(program);
  addDoctor(program);
  addStatus(program);
  addView(program);
  addWorker(program);
  addFarm(program);
  return program;
}
