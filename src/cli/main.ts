#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_CODES, exitCodeOf } from './exitCodes';
import { usageError } from './failure';
import { createProgram } from './program';
import { openDisplay } from './progress/openDisplay';

// A reader that goes away (`| head`) is no reason to end a render.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? EXIT_CODES.done);
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT_CODES.done; // --help, --version
    // The options that were read before the command line went wrong say how to tell of it. Not on which descriptor:
    // that may be what is wrong.
    const read = program.commands
      .map((command) => command.opts())
      .find(({ progressFormat }) => progressFormat);
    const display = openDisplay({ ...read, progressFd: undefined });
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    display.failed(error);
    await display.close();
    return exitCodeOf(error);
  }
}

main(process.argv).then((code) => process.exit(code));
