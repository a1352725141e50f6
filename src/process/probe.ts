import { ChildProcess, describeExit } from './childProcess';

export interface ProbeOptions {
  /** What the program needs in its environment, beside what this process has in its own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** How long it may take, in milliseconds. Default: enough for a cold disk and a busy machine. */
  readonly limit?: number | undefined;
  /** Kills it at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program for what it answers. Settles when it is gone, and rejects with why there is no answer: with the last
 * line that it wrote to standard error, such as the library that is missing.
 */
export async function probe(
  path: string,
  args: readonly string[],
  { env, limit = 20_000, signal }: ProbeOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = new ChildProcess(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks: Buffer[] = [];
  child.output(1).on('data', (chunk: Buffer) => chunks.push(chunk));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill();
  }, limit);
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const exit = await child.exited;
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  if (isLate) throw new Error(`it gave no answer within ${limit / 1000} s`);
  if (exit.code !== 0) {
    const said = exit.stderr.split('\n').at(-1);
    throw new Error(`it ${describeExit(exit)}${said ? `: ${said}` : ''}`, { cause: exit.cause });
  }
  return { stdout: Buffer.concat(chunks).toString(), stderr: exit.stderr };
}
