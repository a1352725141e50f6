import type { ChildProcess } from 'node:child_process';

/** Calls `then` when a child has gone, or at once if it was never there: Node tells of an abort before its child has. */
export function afterExit(child: ChildProcess, then: () => void): void {
  const isGone = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (isGone) then();
  else child.once('exit', then);
}
