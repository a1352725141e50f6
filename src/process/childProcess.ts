import { type ChildProcess as NodeChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { debug } from './debug';
import { onProcessExit } from './exitHook';
import { withParentDeathSignal } from './parentDeathSignal';
import { StderrTail } from './stderrTail';
import { within } from './within';

/** How a process ended. Both are null when it could not even be started. */
export interface ExitStatus {
  /** Exit code; null when a signal killed it. */
  readonly code: number | null;
  /** The signal that killed it; null when it exited by itself. */
  readonly signal: NodeJS.Signals | null;
}

/** How a child process ended, and all that it left behind. */
export interface ChildExit extends ExitStatus {
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
  /** A failed start or a broken pipe: a symptom, never the reason. */
  readonly cause: Error | undefined;
}

/** What a process is, for those who want to know what each kind of them uses. */
export type ChildKind = 'browser' | 'ffmpeg';

/** The processes of a known kind that run, by their ids. */
export const runningChildren = new Map<number, ChildKind>();

export interface ChildOptions {
  /** What it is, where that matters to anybody. */
  readonly kind?: ChildKind;
  /** As in `spawn`; standard error has to be a pipe. */
  readonly stdio: StdioOptions;
  /** What it needs in its environment, beside what this process has in its own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether the kernel kills it when this process ends, however that is, where the kernel can. Default false. */
  readonly diesWithParent?: boolean;
  /** Whether what it has started is killed as soon as it has exited. Default false. */
  readonly killsHelpers?: boolean;
}

const DONE_GRACE = 5000; // ms after a good end: what a slow machine has not read yet is part of the answer.
const FAILED_GRACE = 500; // ms for the last output after a failure: a grandchild may hold the pipes for longer.
const STOP_GRACE = 1000; // ms to end by itself, before it is killed.

/** A child process from its start to its end. It is killed when this process ends. */
export class ChildProcess {
  /** Settles when the process is gone and its output is read; never rejects. */
  readonly exited: Promise<ChildExit>;
  private readonly child: NodeChildProcess;
  private readonly stderr = new StderrTail();
  private readonly forgetExit: () => void;
  private startError: Error | undefined;
  private killTimer: NodeJS.Timeout | undefined;
  private isGone = false;

  /** Starts the process. Throws where not even that can be tried: an argument has a null byte, or files are used up. */
  constructor(path: string, args: readonly string[], options: ChildOptions) {
    const { stdio, env, diesWithParent = false } = options;
    const command = diesWithParent ? withParentDeathSignal(path, args) : ([path, [...args]] as const);
    this.child = spawn(...command, {
      stdio,
      env: { ...process.env, ...env },
      // A process group of its own: Ctrl-C in a terminal reaches the whole group, and ending this one is up to us.
      detached: process.platform !== 'win32',
    });
    this.child.on('error', (error) => {
      this.startError ??= error;
    });
    if (!this.child.stdio) throw new Error('too many files are open'); // Node leaves it like that at EMFILE.
    const { pid } = this.child;
    if (options.kind && pid !== undefined) runningChildren.set(pid, options.kind);
    debug('process %s started: %s', pid, JSON.stringify([path, ...args]));
    this.output(2).on('data', (chunk: Buffer) => this.stderr.add(chunk));
    this.forgetExit = onProcessExit(() => this.kill());
    this.exited = this.waitForExit(options.killsHelpers ?? false);
  }

  /** Its process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** A pipe that it reads, by the number of its file descriptor. */
  input(fd: number): Writable {
    return this.child.stdio[fd] as Writable;
  }

  /** A pipe that it writes, by the number of its file descriptor. */
  output(fd: number): Readable {
    return this.child.stdio[fd] as Readable;
  }

  /** Asks it to end: SIGTERM, a grace, SIGKILL. Settles when it is gone. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    this.killSoon();
    await this.exited;
  }

  /** Kills it unless it ends by itself within a grace. */
  killSoon(): void {
    if (!this.isGone) this.killTimer ??= setTimeout(() => this.kill(), STOP_GRACE);
  }

  /** Kills it and all that it has started, at once. */
  kill(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined || this.isGone) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  private async waitForExit(killsHelpers: boolean): Promise<ChildExit> {
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const status = await new Promise<ExitStatus>((resolve) => {
      if (this.child.pid === undefined) this.child.once('error', () => resolve({ code: null, signal: null }));
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    clearTimeout(this.killTimer);
    if (killsHelpers) this.kill();
    // The end of its output can come seconds after the exit.
    await within(status.code === 0 ? DONE_GRACE : FAILED_GRACE, closed);
    for (const stream of this.child.stdio) stream?.destroy();
    clearTimeout(this.killTimer);
    this.isGone = true;
    runningChildren.delete(this.child.pid ?? 0);
    this.forgetExit();
    const exit = { ...status, stderr: this.stderr.toString(), cause: this.startError };
    debug('process %s %s', this.child.pid, describeExit(exit));
    return exit;
  }
}

/** How a process ended, as the rest of a sentence that begins with its name. */
export function describeExit({ code, signal, cause }: Omit<ChildExit, 'stderr'>): string {
  if (signal) return `was killed by ${signal}`;
  return code === null ? `could not be started: ${cause?.message}` : `exited with code ${code}`;
}

/** What an error says of a process that ended, for programs. */
export function exitDetails({ code, signal, stderr, cause }: ChildExit) {
  return { exitCode: code, signal, stderr, cause };
}
