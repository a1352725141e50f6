import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiledSources } from './compiled';

/** A Node process of its own, which does what a test says. */
export interface OtherProcess {
  readonly pid: number;
  /** The value of an expression there; `src('encode/encoder.js')` is one of our modules. Errors keep `code` and `message`. */
  run<T>(expression: string): Promise<T>;
  /** Ends it with SIGKILL, and settles when it has gone. */
  kill(): Promise<void>;
}

const PROGRAM = `
  const src = (name) => require(require('node:path').join(process.argv[1], name));
  process.on('message', async (expression) => {
    try {
      process.send({ value: await eval(expression) });
    } catch ({ code, message }) {
      process.send({ error: { code, message } });
    }
  });
`;

interface Answer {
  readonly value?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
}

/** Starts processes for each test of a suite; those that still run after it are ended. */
export function useOtherProcesses(): (count: number) => OtherProcess[] {
  const running: OtherProcess[] = [];
  afterEach(() => Promise.all(running.splice(0).map((process) => process.kill())));
  return (count) => {
    const started = Array.from({ length: count }, start);
    running.push(...started);
    return started;
  };
}

function start(): OtherProcess {
  const child = spawn(process.execPath, ['-e', PROGRAM, compiledSources()], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid as number,
    run: <T>(expression: string) => ask(child, expression) as Promise<T>,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function ask(child: ChildProcess, expression: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error(`the process ended before it had answered: ${expression}`));
    child.once('exit', died);
    child.once('message', ({ value, error }: Answer) => {
      child.off('exit', died);
      if (error) reject(Object.assign(new Error(error.message), { code: error.code }));
      else resolve(value);
    });
    child.send(expression);
  });
}
