import type { Command } from 'commander';
import { EXIT_CODES } from './exitCodes';

/** `filmgate doctor [--json]` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check what this machine has for rendering, what is missing, and how to get it')
    .option('--json', 'print JSON')
    .option('--ffmpeg <path>', 'FFmpeg to check')
    .option('--browser <path>', 'browser to check')
    .action(async ({ json, ffmpeg, browser }: { json?: boolean; ffmpeg?: string; browser?: string }) => {
      const { diagnose } = require('./doctor/diagnose') as typeof import('./doctor/diagnose');
      const { reportText } = require('./doctor/report') as typeof import('./doctor/report');
      const diagnosis = await diagnose(ffmpeg, browser);
      console.log(json ? JSON.stringify({ v: 1, ...diagnosis }, null, 2) : reportText(diagnosis));
      process.exitCode = diagnosis.ready ? EXIT_CODES.done : EXIT_CODES.missing;
    });
}
