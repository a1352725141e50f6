import { isProgram } from './programs';

const SETPRIV = '/usr/bin/setpriv'; // Of util-linux.

/**
 * A command whose process dies with this one, however this one ends: on Linux, by a signal of the kernel (prctl(2),
 * PR_SET_PDEATHSIG). Elsewhere, and without `setpriv`, the command as it is.
 */
export function withParentDeathSignal(path: string, args: readonly string[]): [path: string, args: string[]] {
  if (process.platform !== 'linux' || !isProgram(SETPRIV)) return [path, [...args]];
  return [SETPRIV, ['--pdeathsig', 'KILL', '--', path, ...args]];
}
