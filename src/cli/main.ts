#!/usr/bin/env node
import { type Command, CommanderError } from 'commander';
import { EXIT_CODES, exitCodeOf } from './exitCodes';
import { usageError } from './failure';
import { createProgram } from './program';

// A reader that goes away (`| head`) is no reason to end a render.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? EXIT_CODES.done);
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT_CODES.done; // --help, --version
    // Programs are told as they asked for, if that was read before the command line went wrong. Always on standard
    // error: the descriptor may be what is wrong.
    const { openDisplay } = require('./progress/openDisplay') as typeof import('./progress/openDisplay');
    const display = openDisplay(isForProgram(program) ? { progressFormat: 'ndjson' } : {});
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    display.failed(error);
    await display.close();
    return exitCodeOf(error);
  }
}

function isForProgram(command: Command): boolean {
  return command.opts().progressFormat === 'ndjson' || command.commands.some(isForProgram);
}

main(process.argv).then((code) => process.exit(code));
