import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line of the NDJSON stream. */
export interface Line {
  readonly type: string;
  /** When it came, by `performance.now()`. */
  readonly heard: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a line carries differs by its type.
  readonly [field: string]: any;
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** When, by `performance.now()`. */
  readonly at: number;
  readonly lines: readonly Line[];
  readonly stderr: string;
}

const LOOK = 4; // ms between two looks at what is waited for.

/** The command line in a session of its own, with progress as NDJSON on descriptor 3. */
export class Program {
  readonly lines: Line[] = [];
  readonly began = performance.now();
  readonly ended: Promise<Ended>;
  isOver = false;
  private readonly child: ChildProcess;
  private stderr = '';

  constructor(command: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    const [file = '', ...args] = command;
    this.child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true, env });
    const [, , stderr, progress] = this.child.stdio;
    (stderr as Readable).on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    let rest = '';
    (progress as Readable).on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.lines.push(...lines.map((line) => ({ ...JSON.parse(line), heard: performance.now() })));
    });
    this.ended = this.waitForEnd();
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Waits until something is so; false when the program has ended before. */
  async until(isSo: () => boolean): Promise<boolean> {
    while (!this.isOver) {
      if (isSo()) return true;
      await sleep(LOOK);
    }
    return isSo();
  }

  /** Waits so many milliseconds; false when the program has ended before. */
  async rest(milliseconds: number): Promise<boolean> {
    await Promise.race([sleep(milliseconds), this.ended]);
    return !this.isOver;
  }

  private async waitForEnd(): Promise<Ended> {
    const closed = once(this.child, 'close');
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
    const at = performance.now();
    this.isOver = true;
    await Promise.race([closed, sleep(1000)]); // Something that is left may hold the pipes.
    return { code, signal, at, lines: this.lines, stderr: this.stderr };
  }
}
