import { masked } from '../options/masked';

/** A command line that a POSIX shell takes as these arguments, without the credentials in addresses. */
export function commandLine(args: readonly string[]): string {
  return ['filmgate', ...args.map((arg) => quoted(masked(arg)))].join(' ');
}

/** Overwrites what `ps` shows of this process, where the address of a farm has a password in it. */
export function hideCredentials(): void {
  const shown = process.argv.map(masked);
  if (shown.some((argument, index) => argument !== process.argv[index])) process.title = shown.join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
