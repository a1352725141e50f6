import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { EncodeProgress, ExitStatus } from '../encode/frameWriter';
import { withParentDeathSignal } from '../process/parentDeathSignal';
import { StderrTail } from '../process/stderrTail';
import { ProgressReader } from './progressReader';

/** How an FFmpeg process ended, and all that it left behind. */
export interface Exit extends ExitStatus {
  /** The end of what it said on standard error. */
  readonly stderr: string;
  /** Frames encoded, by its last progress report. */
  readonly frames: number;
  /** A failed start or a broken pipe: a symptom, never the reason. */
  readonly cause: Error | undefined;
}

const OUTPUT_GRACE = 500; // ms for the last output after the exit: a grandchild may hold the pipes for longer.
const STOP_GRACE = 1000; // ms for FFmpeg to end by itself, before it is killed.

/** A running FFmpeg: frames go in, progress and an exit come out. It says nothing of what they mean. */
export class FFmpegProcess {
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  /** When it last reported that it had encoded another frame, by `performance.now()`. */
  advancedAt = Number.NEGATIVE_INFINITY;
  private readonly child: ChildProcess;
  private readonly stdin: Writable;
  private readonly reports = new BehaviorSubject<EncodeProgress>({ frames: 0, bytes: 0 });
  private readonly stderr = new StderrTail();
  private settleWrite: (taken: boolean) => void = () => {};
  private cause: Error | undefined;
  private gone = false;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(path: string, args: readonly string[]) {
    // A process group of its own: Ctrl-C in a terminal reaches the whole group, and ending FFmpeg is up to us.
    const detached = process.platform !== 'win32';
    const env = { ...process.env, SVT_LOG: '1' }; // SVT-AV1 does not listen to -loglevel.
    this.child = spawn(...withParentDeathSignal(path, args), {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      detached,
      env,
    });
    const [stdin, , stderr, progress] = this.child.stdio;
    this.stdin = stdin as Writable;
    this.stdin.on('error', (error) => this.pipeBroke(error));
    (stderr as Readable).on('data', (chunk: Buffer) => this.stderr.add(chunk));
    const reader = new ProgressReader((report) => this.report(report));
    (progress as Readable | undefined)?.on('data', (chunk: Buffer) => reader.add(chunk));
    this.exited = this.waitForExit();
  }

  /** What FFmpeg says of how far it is: the latest report at once, then each as it comes. Never completes. */
  get progress(): Observable<EncodeProgress> {
    return this.reports.asObservable();
  }

  /** Resolves `true` when FFmpeg's pipe has taken all bytes, `false` when FFmpeg is gone. One call at a time. */
  write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.gone) return resolve(false);
      this.settleWrite = resolve;
      // The callback is the drain: it comes when the bytes have left Node. It also comes, without an error, for bytes
      // that a destroyed pipe drops; those, and a broken pipe, are settled by the exit.
      this.stdin.write(bytes, (error) => !error && !this.stdin.destroyed && resolve(true));
    });
  }

  /** Tells FFmpeg that there are no more frames. */
  end(): void {
    this.stdin.end();
  }

  /** Ends FFmpeg: SIGTERM, a grace, SIGKILL. Settles when it is gone. */
  async stop(): Promise<void> {
    if (this.gone) return;
    this.stdin.destroy();
    this.child.kill('SIGTERM');
    this.killTimer ??= setTimeout(() => this.kill(), STOP_GRACE);
    await this.exited;
  }

  /** Ends FFmpeg at once. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async waitForExit(): Promise<Exit> {
    const allOutput = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const status = await new Promise<ExitStatus>((resolve) => {
      this.child.on('error', (error) => {
        this.cause ??= error;
        if (this.child.pid === undefined) resolve({ code: null, signal: null });
      });
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    clearTimeout(this.killTimer);
    await within(OUTPUT_GRACE, allOutput);
    for (const stream of this.child.stdio) stream?.destroy();
    this.gone = true;
    this.settleWrite(false);
    return {
      ...status,
      stderr: this.stderr.toString(),
      frames: this.reports.value.frames,
      cause: this.cause,
    };
  }

  private report(progress: EncodeProgress): void {
    if (progress.frames > this.reports.value.frames) this.advancedAt = performance.now();
    this.reports.next(progress);
  }

  private pipeBroke(error: Error): void {
    if (this.gone) return;
    this.cause ??= error;
    this.killTimer ??= setTimeout(() => this.kill(), STOP_GRACE); // The exit should follow by itself.
  }
}

/** Waits for `done`, but no longer than so many milliseconds. */
function within(milliseconds: number, done: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, milliseconds);
    done.then(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
