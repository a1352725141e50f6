import { execFile } from 'node:child_process';
import { messageOf } from '../../errors';
import { afterExit } from '../../process/afterExit';

const LIMIT = 20_000; // Milliseconds: a cold disk and a busy machine.

/** Asks a program for its version as a browser, such as `143.0.7499.0`. Rejects when it is none, or does not run. */
export function probeBrowser(
  path: string,
  env: Readonly<Record<string, string>> = {},
  limit = LIMIT,
  signal?: AbortSignal,
): Promise<string> {
  const inherited = { env: { ...process.env, ...env }, ...(signal ? { signal } : {}) };
  const options = { ...inherited, timeout: limit, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(path, ['--version'], options, (error, stdout, stderr) => {
      const fail = (failure: Error) => afterExit(child, () => reject(failure));
      if (error?.killed) return fail(new Error(`it did not tell its version within ${limit / 1000} s`));
      if (error)
        return fail(new Error(reasonIn(stderr) ?? messageOf(error).split('\n')[0], { cause: error }));
      const version = /\b(?:Chrome|Chromium|Edge|HeadlessShell|HeadlessChrome)\b.*?(\d+(?:\.\d+)+)/.exec(
        stdout,
      )?.[1];
      if (version) resolve(version);
      else reject(new Error('it does not answer as a browser does'));
    });
  });
}

/** What a program said before it gave up: the last line, such as the library that is missing. */
function reasonIn(stderr: string): string | undefined {
  return stderr.trim().split('\n').at(-1)?.trim() || undefined;
}
