import { readFileSync } from 'node:fs';

/**
 * On Linux, the fields of a process from its state on (proc_pid_stat(5)): what stands before that may hold anything.
 * Undefined where there is no such process, and elsewhere.
 */
export function statOf(pid: number | string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
