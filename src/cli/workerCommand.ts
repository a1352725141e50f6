import type { Command } from 'commander';
import { FARM_OPTIONS } from '../options/farmOptions';
import { hideCredentials } from './commandLine';
import { EXIT_CODES } from './exitCodes';
import { farmPlace } from './farmSource';
import { givenFlags } from './flags';

/** `filmgate worker --farm <redis-url> --storage <place>` */
export function addWorker(program: Command): void {
  const { farm, storage } = FARM_OPTIONS;
  const command = program
    .command('worker')
    .description('let this machine render for a farm, until it is stopped')
    .option(farm.flag, 'address of the Redis of the farm (default: FILMGATE_FARM)')
    .option(storage.flag, `${storage.help} (default: FILMGATE_STORAGE)`)
    .option('--ffmpeg <path>', 'FFmpeg to use')
    .option('--browser <path>', 'browser to use')
    .option('--cache <folder>', "folder for unpacked sources and work at hand (default: in the user's cache)")
    .option('--name <name>', "what the worker is called (default: the machine's name and a random end)")
    .option(
      '--lock-duration <seconds>',
      'seconds of silence after which its segment is given to another (default: 10)',
    )
    .option('-q, --quiet', 'print nothing but errors');
  command.action(async () => {
    hideCredentials();
    const { openFarmWorker } = require('../farm') as typeof import('../farm');
    const { onSignals } = require('./signals') as typeof import('./signals');
    const { exitCodeOfSignal } = require('./exitCodes') as typeof import('./exitCodes');
    const flags = givenFlags(command);
    const text = (name: string) => (flags[name] === undefined ? {} : { [name]: flags[name] as string });
    const print = (line: string) => void process.stderr.write(`${line}\n`);
    const worker = await openFarmWorker({
      ...farmPlace(flags),
      ...text('ffmpeg'),
      ...text('browser'),
      ...text('cache'),
      ...text('name'),
      ...(flags.lockDuration === undefined ? {} : { lockDuration: Number(flags.lockDuration) }),
      onLog: flags.quiet ? () => {} : print,
    });
    if (!flags.quiet) print(`worker ${worker.name} is ready`);
    const release = onSignals({
      first: () => void worker.close(),
      second: (signal) => process.exit(exitCodeOfSignal(signal)),
    });
    await worker.ended;
    release();
    process.exitCode = EXIT_CODES.done;
  });
}
