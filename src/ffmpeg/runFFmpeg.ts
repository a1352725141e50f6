import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FilmgateError } from '../errors';
import { onProcessExit } from '../process/exitHook';
import { withParentDeathSignal } from '../process/parentDeathSignal';
import { StderrTail } from '../process/stderrTail';
import { Watchdog } from '../process/watchdog';
import { ownWords, saysDiskFull } from './exitError';

/** How one run of FFmpeg is watched. */
export interface RunOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
  /** How long it may stand still, in seconds: put out no line, and report no progress. Default: for ever. */
  readonly stallLimit?: number | undefined;
  /** A file that it writes. While that changes it does not stand still: an mp4's index is moved without any report. */
  readonly target?: string;
}

const FAILED_GRACE = 500; // ms for the last output after a failure: a grandchild may hold the pipes for longer.
const DONE_GRACE = 5000; // ms after a good end: what a slow machine has not read yet is part of the answer.
const ADVANCING = new Set(['frame', 'out_time_us', 'total_size']); // FFmpeg ≥ 7 also reports that nothing happens.

/**
 * Runs FFmpeg on files, to its end. Rejects, when it is gone, with `ENCODE_FAILED`, `DISK_FULL`, `ENCODER_STALLED` or
 * `CANCELLED`; `what` says in the message what it was to do.
 */
export async function runFFmpeg(
  path: string,
  args: readonly string[],
  what: string,
  { signal, onLine, stallLimit = Number.POSITIVE_INFINITY, target }: RunOptions = {},
): Promise<void> {
  if (signal?.aborted) throw cancelled(what);
  const report = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y', '-progress', 'pipe:3'];
  const child = spawn(...withParentDeathSignal(path, [...report, ...args]), {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // Ctrl-C in a terminal reaches the whole group, and ending it is up to us.
  });
  const kill = () => void child.kill('SIGKILL');
  let failure: FilmgateError | undefined;
  const end = (error: FilmgateError) => {
    failure ??= error;
    kill();
  };
  const watchdog = new Watchdog();
  const live = () =>
    watchdog.start(stallLimit, () => (changes(target, stallLimit) ? live() : end(stalled(what, stallLimit))));
  const abort = () => end(cancelled(what));
  signal?.addEventListener('abort', abort);
  const forgetExit = onProcessExit(kill);
  try {
    live();
    const stderr = new StderrTail();
    const [, stdout, errors, progress] = child.stdio as unknown as Readable[];
    errors?.on('data', (chunk: Buffer) => stderr.add(chunk));
    if (progress) watchProgress(progress, live);
    createInterface({ input: stdout as Readable }).on('line', (line) => {
      live();
      onLine?.(line);
    });
    const { code, how, cause } = await ending(child);
    if (failure) throw failure;
    if (code !== 0 || saysDiskFull(stderr.toString())) throw failed(what, how, stderr.toString(), cause);
  } finally {
    watchdog.dispose();
    signal?.removeEventListener('abort', abort);
    forgetExit();
  }
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

interface Ending {
  readonly code: number | null;
  readonly how: string;
  readonly cause?: Error;
}

/** Waits until the process is gone and its output is read. */
async function ending(child: ChildProcess): Promise<Ending> {
  const how = await new Promise<Ending>((resolve) => {
    const gone = (code: number | null, signal: NodeJS.Signals | null) =>
      resolve({ code, how: signal ?? `exit code ${code}` });
    child.once('close', gone);
    child.once('exit', (code, signal) => {
      setTimeout(gone, code === 0 ? DONE_GRACE : FAILED_GRACE, code, signal).unref();
    });
    child.on('error', (cause) => {
      if (child.pid === undefined) resolve({ code: null, how: cause.message, cause });
    });
  });
  for (const stream of child.stdio) stream?.destroy();
  return how;
}

/** Whether a file has changed within so many seconds. */
function changes(file: string | undefined, seconds: number): boolean {
  const there = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return there !== undefined && Date.now() - there.mtimeMs < seconds * 1000;
}

function failed(what: string, how: string, stderr: string, cause: Error | undefined): FilmgateError {
  const message = `FFmpeg could not ${what} (${how})${ownWords(stderr)}`;
  return new FilmgateError(saysDiskFull(stderr) ? 'DISK_FULL' : 'ENCODE_FAILED', message, { cause });
}

function stalled(what: string, limit: number): FilmgateError {
  return new FilmgateError('ENCODER_STALLED', `FFmpeg stood still for ${limit} s when it was to ${what}`);
}

function cancelled(what: string): FilmgateError {
  return new FilmgateError('CANCELLED', `FFmpeg was ended when it was to ${what}`);
}
