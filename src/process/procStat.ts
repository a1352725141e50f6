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

/** Whether there is no process with that id on this machine. */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}
