import { type Command, Option } from 'commander';
import { CODECS, type Codec, type RenderOptions } from '../index';
import type { DisplayFlags } from './progress/open';
import { given, number } from './values';

/** The options of `render` and `demo`, as they are typed. */
export interface RenderFlags extends DisplayFlags {
  readonly output: string;
  readonly fps?: string;
  readonly size?: string;
  readonly frames?: string;
  readonly duration?: string;
  readonly workers?: string;
  readonly window?: string;
  readonly memory?: string;
  readonly codec?: string;
  readonly crf?: string;
  readonly bitrate?: string;
  readonly preset?: string;
  readonly pixelFormat?: string;
  readonly alpha?: boolean;
  readonly threads?: string;
  readonly faststart: boolean;
  readonly ffmpeg?: string;
  readonly overwrite?: boolean;
}

/** Adds what `render` and `demo` have in common. Values stay text until it is known how to tell of a bad one. */
export function addRenderOptions(command: Command): Command {
  return command
    .option('--fps <rate>', 'exact frame rate, such as 30 or 30000/1001')
    .option('--size <WxH>', 'size of the picture, such as 1280x720; of a page, in CSS pixels')
    .option('--frames <a-b>', 'render these frames only, both ends inclusive')
    .option('--duration <seconds>', 'length of the scene or page')
    .option('--workers <count>', "capture workers, or 'auto': one for each core but one")
    .option('--window <frames>', 'most frames outstanding (default: eight for each worker)')
    .option('--memory <size>', 'most memory that outstanding frames may hold (default: 512MB)')
    .option(
      '--codec <name>',
      `${Object.keys(CODECS).join(', ')} (default: what the output's name stands for)`,
    )
    .option('--crf <number>', 'constant rate factor: lower is better and larger')
    .option('--bitrate <rate>', 'average bits per second, such as 8M; not together with --crf')
    .option('--preset <name>', "the encoder's speed preset; for ProRes its profile")
    .option('--pixel-format <name>', "FFmpeg's name of the pixel format, such as yuv444p")
    .option('--alpha', 'keep the alpha channel, or fail')
    .option('--no-alpha', 'drop the alpha channel (default: keep it where scene and codec have one)')
    .option('--threads <count>', "threads of the encoder (default: the encoder's choice)")
    .option('--no-faststart', 'leave the index of an mp4 or mov at its end')
    .option('--ffmpeg <path>', 'the FFmpeg to use (default: see filmgate doctor)')
    .option('-y, --overwrite', 'replace the output if it exists')
    .option('-q, --quiet', 'say nothing but errors')
    .addOption(
      new Option('--progress-format <format>', 'how to tell of progress (default: tty)').choices([
        'tty',
        'ndjson',
        'none',
      ]),
    )
    .option('--progress-fd <number>', 'the open file descriptor that ndjson goes to (default: 2, stderr)');
}

/**
 * What the flags ask of a render, but for its source.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function renderOptions(flags: RenderFlags): Omit<RenderOptions, 'source'> {
  const { workers } = flags;
  return given({
    output: flags.output,
    overwrite: flags.overwrite,
    size: flags.size,
    fps: flags.fps,
    frames: flags.frames,
    duration: number('duration', flags.duration),
    workers: workers === 'auto' ? ('auto' as const) : number('workers', workers),
    window: number('window', flags.window),
    memory: flags.memory,
    codec: flags.codec as Codec | undefined, // Checked by the library.
    crf: number('crf', flags.crf),
    bitrate: flags.bitrate,
    preset: flags.preset,
    pixelFormat: flags.pixelFormat,
    alpha: flags.alpha,
    threads: number('threads', flags.threads),
    faststart: flags.faststart,
    ffmpeg: flags.ffmpeg,
  });
}
