import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Encoder } from '../../src/encode/encoder';

/** Node's own object of an encoder's FFmpeg. */
export function childOf(encoder: Encoder): ChildProcess {
  return (encoder as unknown as { process: { child: { child: ChildProcess } } }).process.child.child;
}

/** The process id of an encoder's FFmpeg. */
export function pidOf(encoder: Encoder): number {
  return childOf(encoder).pid as number;
}

/** Whether a process runs. One that has ended, and that nobody has waited for, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Stops a process with SIGSTOP, and settles when all of its threads stand still. */
export async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  if (process.platform !== 'linux') return;
  const runs = (thread: string) => / [RSD] /.test(stateOf(`${pid}/task/${thread}`));
  while (readdirSync(`/proc/${pid}/task`).some(runs)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What Linux says of a process or a thread behind its name; nothing when it has gone. */
function stateOf(path: string): string {
  try {
    return readFileSync(`/proc/${path}/stat`, 'utf8').replace(/^.*\)/s, '').slice(0, 3);
  } catch {
    return '';
  }
}

/** Settles when a process that is not our own child has gone. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
