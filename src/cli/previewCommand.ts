import type { Command } from 'commander';
import { type PreviewOptions, preview } from '../index';
import { addPageOptions } from './pageOptions';
import { previewLine } from './progress/progressText';
import { runCommand } from './runCommand';
import { addSceneOptions } from './sceneOptions';
import { type SourceFlags, sourceOf } from './sourceOf';
import { given, number } from './values';

/** The options of `preview`, as they are typed. */
interface PreviewFlags extends SourceFlags {
  readonly output: string;
  readonly at?: string;
  readonly contactSheet?: string;
  readonly cellWidth?: string;
  readonly fps?: string;
  readonly size?: string;
  readonly duration?: string;
  readonly alpha?: boolean;
  readonly ffmpeg?: string;
  readonly maxTries?: string;
  readonly frameTimeout?: string;
  readonly encoderTimeout?: string;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
}

/** `filmgate preview <page|scene> [--at 1.5s | --contact-sheet 4x3] -o <picture>` */
export function addPreview(program: Command): void {
  const command = program
    .command('preview')
    .description('take a look before a long render: one frame, or a sheet of many')
    .argument('<page|scene>', 'as for render')
    .requiredOption('-o, --output <file>', 'the picture: .png or .jpg')
    .option('--at <moment>', 'seconds such as 1.5s, or a frame such as 45f (default: the middle)')
    .option('--contact-sheet <CxR>', 'columns and rows of frames, evenly spaced over the length, such as 4x3')
    .option('--cell-width <pixels>', 'width of a frame on the sheet (default: 480)')
    .option('--fps <rate>', 'exact frame rate, such as 30 or 30000/1001')
    .option('--size <WxH>', 'size of a frame, such as 1280x720; of a page, in CSS pixels')
    .option('--duration <seconds>', 'length of the scene or page')
    .option('--alpha', 'keep the alpha channel')
    .option('--ffmpeg <path>', 'the FFmpeg to use (default: see filmgate doctor)')
    .option('--max-tries <count>', 'how often a frame is tried, each time on a fresh worker (default: 3)')
    .option('--frame-timeout <seconds>', 'how long a frame may take (default: 30)')
    .option('--encoder-timeout <seconds>', 'how long FFmpeg may stand still with work to do (default: 60)')
    .option('-y, --overwrite', 'replace the picture if it exists')
    .option('-q, --quiet', 'say nothing but errors');
  addPageOptions(command);
  addSceneOptions(command);
  command.action(async (argument: string, flags: PreviewFlags) => {
    const { code } = await runCommand(
      flags,
      async ({ signal, onEvent }) =>
        preview({ ...previewOptions(flags), source: sourceOf(argument, flags), signal, onEvent }),
      (display, result) => display.log(previewLine(result)),
    );
    process.exitCode = code;
  });
}

function previewOptions(flags: PreviewFlags): Omit<PreviewOptions, 'source'> {
  return given({
    output: flags.output,
    overwrite: flags.overwrite,
    at: flags.at,
    contactSheet: flags.contactSheet,
    cellWidth: number('cell-width', flags.cellWidth),
    fps: flags.fps,
    size: flags.size,
    duration: number('duration', flags.duration),
    alpha: flags.alpha,
    ffmpeg: flags.ffmpeg,
    maxTries: number('max-tries', flags.maxTries),
    frameTimeout: number('frame-timeout', flags.frameTimeout),
    encoderTimeout: number('encoder-timeout', flags.encoderTimeout),
  });
}
