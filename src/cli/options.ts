import { type Command, Option } from 'commander';
import { CODECS, type Codec, type RenderOptions } from '../index';
import type { DisplayFlags } from './progress/openDisplay';
import { given, number, numberOrAuto } from './values';

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
  readonly audio?: readonly string[];
  readonly segment?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly lanes?: string;
  readonly maxTries?: string;
  readonly frameTimeout?: string;
  readonly encoderTimeout?: string;
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
    .option(
      '--audio <file>',
      'sound, such as a.mp3 or a.mp3@2.5s,volume=0.5; may be given several times',
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option(
      '--segment <length>',
      "length of a segment, such as 10s or 300f, or 'off' (default: 10s above 60s)",
    )
    .option('--resume', 'go on with an unfinished render of this output')
    .option('--restart', 'give up an unfinished render of this output, and start over')
    .option('--lanes <count>', "segments that are encoded at once, or 'auto' (default: 1)")
    .option('--max-tries <count>', 'how often a frame is tried, each time on a fresh worker (default: 3)')
    .option('--frame-timeout <seconds>', 'how long a frame may take (default: 30, or 10 times the slowest)')
    .option('--encoder-timeout <seconds>', 'how long FFmpeg may stand still with work to do (default: 60)')
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
  return given({
    output: flags.output,
    overwrite: flags.overwrite,
    size: flags.size,
    fps: flags.fps,
    frames: flags.frames,
    duration: number('duration', flags.duration),
    workers: numberOrAuto('workers', flags.workers),
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
    audio: flags.audio,
    segment: flags.segment,
    resume: flags.resume,
    restart: flags.restart,
    lanes: numberOrAuto('lanes', flags.lanes),
    maxTries: number('max-tries', flags.maxTries),
    frameTimeout: number('frame-timeout', flags.frameTimeout),
    encoderTimeout: number('encoder-timeout', flags.encoderTimeout),
  });
}
