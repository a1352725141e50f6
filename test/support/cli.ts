import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { compiledSources } from './compiled';

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the descriptors from 3 on are. Default: none. */
  readonly more?: readonly ('pipe' | number)[];
}

/** How a run of the command line ended. `code` is null when a signal killed it. */
export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What came on descriptor 3. */
  readonly fd3: string;
}

/** A running command line. */
export interface Cli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliEnd>;
  /** Settles when standard error (or descriptor 3) has said so; rejects when the process ended before. */
  said(pattern: RegExp): Promise<void>;
}

/** Starts `filmgate` as a process of its own. */
export function startCli(args: readonly string[], { env, more = [] }: CliOptions = {}): Cli {
  const child: ChildProcess = spawn(process.execPath, [join(compiledSources(), 'cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...more],
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, FILMGATE_DEBUG: undefined, ...env },
  });
  const text = ['', '', '', ''];
  let heard = () => {};
  child.stdio.forEach((stream, fd) => {
    (stream as Readable | null)?.on?.('data', (chunk: Buffer) => {
      text[fd] += chunk.toString();
      heard();
    });
  });
  const ended = once(child, 'close').then(([code]): CliEnd => {
    const [, stdout = '', stderr = '', fd3 = ''] = text;
    return { code, stdout, stderr, fd3 };
  });
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      heard = () => pattern.test(`${text[2]}${text[3]}`) && resolve();
      heard();
      ended.then(({ stderr }) => reject(new Error(`ended before it said ${pattern}: ${stderr}`)));
    });
  return { child, ended, said };
}

/** Runs `filmgate` to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliEnd> {
  return startCli(args, options).ended;
}

/** The objects of an NDJSON stream. Throws where a line is no JSON. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Ids of the running processes whose parent is `pid`, without those that have ended and are not yet reaped. */
export function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent, state }) => parent === pid && state !== 'Z')
    .map((process) => process.pid);
}

/** Whether a process with this id runs. */
export function isRunning(pid: number): boolean {
  return processes().some((process) => process.pid === pid && process.state !== 'Z');
}

function processes(): { pid: number; state: string; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in parentheses may hold anything; what follows its last parenthesis is fixed.
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8');
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), state, parent: Number(parent) }];
      } catch {
        return []; // It ended meanwhile.
      }
    });
}
