import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CODECS, type Codec, FilmgateError, type RenderOptions } from '../index';
import type { DisplayFlags } from './progress/open';

/** The options of `render` and `demo`, as they are typed. */
export interface RenderFlags extends DisplayFlags {
  readonly output: string;
  readonly fps?: string;
  readonly size?: string;
  readonly frames?: string;
  readonly duration?: string;
  readonly params?: string;
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
  readonly setupTimeout?: string;
  readonly overwrite?: boolean;
}

/** Adds what `render` and `demo` have in common. Values stay text until it is known how to tell of a bad one. */
export function addRenderOptions(command: Command): Command {
  return command
    .option('--fps <rate>', 'exact frame rate, such as 30 or 30000/1001')
    .option('--size <WxH>', 'size of the picture, such as 1280x720')
    .option('--frames <a-b>', 'render these frames only, both ends inclusive')
    .option('--duration <seconds>', 'length of the scene')
    .option('--params <json>', "the scene's parameters: JSON, or @file, or the path of a .json file")
    .option('--workers <count>', "capture workers, or 'auto': one for each core but one")
    .option('--window <frames>', 'most frames outstanding (default: twelve for each worker)')
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
    .option('--setup-timeout <seconds>', 'how long a scene may take to be set up (default: 60)')
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

/**
 * How the scene is to be run.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function sceneOptions(flags: RenderFlags): { params?: unknown; setupTimeout?: number } {
  return given({
    params: flags.params === undefined ? undefined : readParams(flags.params),
    setupTimeout: number('setup-timeout', flags.setupTimeout),
  });
}

/** Reads a number that the library then checks the range of. */
export function number(option: string, text: string): number;
export function number(option: string, text: string | undefined): number | undefined;
export function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw badOption(option, text, 'give a number');
}

function readParams(text: string): unknown {
  const isFile = text.startsWith('@') || text.toLowerCase().endsWith('.json');
  const path = text.replace(/^@/, '');
  try {
    return JSON.parse(isFile ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : text);
  } catch (error) {
    const fix = `give JSON, or the path of a file that holds JSON: ${(error as Error).message}`;
    throw badOption('params', text, fix, error);
  }
}

function badOption(option: string, text: string, fix: string, cause?: unknown): FilmgateError {
  const message = `${option}: ${JSON.stringify(text)} is not possible; ${fix}`;
  return new FilmgateError('INVALID_OPTION', message, { cause });
}

type Given<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Leaves out what was not given. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
