import { Command } from 'commander';
import { addDemo } from './demoCommand';
import { addDoctor } from './doctorCommand';
import { addPreview } from './previewCommand';
import { addRender } from './renderCommand';
import { addStatus } from './statusCommand';

const EXIT_CODES_HELP = `
Exit codes:
  0  the video is whole and in its place     3  FFmpeg or a browser is missing
  1  the render failed                       4  the output or the disk failed
  2  the command line is wrong               130, 143  ended by Ctrl-C, by SIGTERM

FILMGATE_DEBUG=1 shows where an error came from. NO_COLOR is respected.`;

/** The command line, ready to parse. It throws instead of exiting, and leaves telling of errors to its caller. */
export function createProgram(): Command {
  const { version } = require('../../package.json') as { version: string };
  const program = new Command('filmgate')
    .description('Frames from many workers, in order, into FFmpeg, in memory that does not grow.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', EXIT_CODES_HELP);
  addRender(program);
  addPreview(program);
  addDemo(program);
  addDoctor(program);
  addStatus(program);
  return program;
}
