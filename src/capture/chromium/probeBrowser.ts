import { type ProbeOptions, probe } from '../../process/probe';

const VERSION = /\b(?:Chrome|Chromium|Edge|HeadlessShell|HeadlessChrome)\b.*?(\d+(?:\.\d+)+)/;

/** Asks a program for its version as a browser, such as `143.0.7499.0`. Rejects when it is none, or does not run. */
export async function probeBrowser(path: string, options?: ProbeOptions): Promise<string> {
  const { stdout } = await probe(path, ['--version'], options);
  const version = VERSION.exec(stdout)?.[1];
  if (!version) throw new Error('it does not answer as a browser does');
  return version;
}
