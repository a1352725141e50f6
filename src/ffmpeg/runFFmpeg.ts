import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { FilmgateError } from '../errors';
import { type ChildExit, describeExit, exitDetails } from '../process/childProcess';
import { Watchdog } from '../process/watchdog';
import { ownWords, saysDiskFull } from './exitError';
import { spawnFFmpeg } from './spawnFFmpeg';

/** How one run of FFmpeg is watched. */
export interface RunOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
  /** Reads its standard output instead, to the end. Where it fails, so does the run. */
  readonly onOutput?: (output: Readable) => Promise<void>;
  /** Writes its standard input, to the end; it has none without this. Where it fails, so does the run. */
  readonly onInput?: (input: Writable) => Promise<void>;
  /** How long it may make no progress, once it has its input, in seconds: put out no line, and report nothing new. Default: for ever. */
  readonly stallLimit?: number | undefined;
  /** A file that it writes. While that changes it makes progress: an mp4's index is moved without any report. */
  readonly target?: string;
}

const REPORT = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y', '-progress', 'pipe:3'];
const ADVANCING = new Set(['frame', 'out_time_us', 'total_size']); // FFmpeg ≥ 7 also reports that nothing happens.

/**
 * Runs FFmpeg on files, to its end, and resolves with what it said. Rejects, when it is gone, with `ENCODE_FAILED`,
 * `DISK_FULL`, `ENCODER_STALLED` or `CANCELLED`; `what` says in the message what it was to do.
 */
export async function runFFmpeg(
  path: string,
  args: readonly string[],
  what: string,
  { signal, onLine, onOutput, onInput, stallLimit = Number.POSITIVE_INFINITY, target }: RunOptions = {},
): Promise<string> {
  const cancelled = () => new FilmgateError('CANCELLED', `FFmpeg did not ${what}: it was cancelled`);
  if (signal?.aborted) throw cancelled();
  const child = spawnFFmpeg(
    path,
    [...REPORT, ...args],
    [onInput ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
  );
  let failure: { readonly error: unknown } | undefined;
  const end = (error: unknown) => {
    failure ??= { error };
    child.kill();
  };
  const watchdog = new Watchdog();
  let isFed = !onInput;
  const live = () => {
    if (!isFed) return;
    watchdog.start(stallLimit, () => (changes(target, stallLimit) ? live() : end(stalled(what, stallLimit))));
  };
  const abort = () => end(cancelled());
  signal?.addEventListener('abort', abort);
  live();
  const hasInput = () => {
    isFed = true;
    live();
  };
  const fed = onInput && feed(child.input(0), onInput).then(hasInput, end);
  watchProgress(child.output(3), live);
  const read = onOutput?.(child.output(1)).catch(end);
  if (!read) {
    createInterface({ input: child.output(1) }).on('line', (line) => {
      live();
      onLine?.(line);
    });
  }
  const exit = await child.exited;
  await Promise.all([read, fed]);
  watchdog.dispose();
  signal?.removeEventListener('abort', abort);
  if (failure) throw failure.error;
  if (exit.code !== 0 || saysDiskFull(exit.stderr)) throw failed(what, exit);
  return exit.stderr;
}

async function feed(input: Writable, write: (input: Writable) => Promise<void>): Promise<void> {
  input.on('error', () => {}); // A symptom: FFmpeg is gone, and its exit says why.
  await write(input);
  input.end();
}

/** Calls `live` whenever something in FFmpeg's report of its progress is not as it was. */
function watchProgress(progress: Readable, live: () => void): void {
  const known = new Map<string, string>();
  createInterface({ input: progress }).on('line', (line) => {
    const [key = '', value = ''] = line.split('=', 2);
    if (!ADVANCING.has(key) || known.get(key) === value) return;
    known.set(key, value);
    live();
  });
}

/** Whether a file has changed within so many seconds. */
function changes(file: string | undefined, seconds: number): boolean {
  const there = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return there !== undefined && Date.now() - there.mtimeMs < seconds * 1000;
}

function failed(what: string, exit: ChildExit): FilmgateError {
  const code = saysDiskFull(exit.stderr) ? 'DISK_FULL' : 'ENCODE_FAILED';
  const message = `FFmpeg could not ${what}: it ${describeExit(exit)}${ownWords(exit.stderr)}`;
  return new FilmgateError(code, message, exitDetails(exit));
}

function stalled(what: string, limit: number): FilmgateError {
  return new FilmgateError('ENCODER_STALLED', `FFmpeg could not ${what}: it made no progress for ${limit} s`);
}
