import type { Command } from 'commander';
import { type Diagnosis, diagnose } from './doctor/diagnose';
import { reportText } from './doctor/report';
import { EXIT_CODES } from './exitCodes';

/** `filmgate doctor [--json]` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what this machine has for rendering, what is missing, and how to get it')
    .option('--json', 'for programs')
    .option('--ffmpeg <path>', 'the FFmpeg to look at')
    .option('--browser <path>', 'the browser to look at')
    .action(async ({ json, ffmpeg, browser }: { json?: boolean; ffmpeg?: string; browser?: string }) => {
      const diagnosis: Diagnosis = await diagnose(ffmpeg, browser);
      console.log(json ? JSON.stringify({ v: 1, ...diagnosis }, null, 2) : reportText(diagnosis));
      process.exitCode = diagnosis.ready ? EXIT_CODES.done : EXIT_CODES.missing;
    });
}
