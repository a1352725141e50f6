import childProcess from 'node:child_process';
import threads from 'node:worker_threads';

/**
 * Loaded by the unit gear (`.mocharc.unit.json`): a spec that starts a process or a thread fails there, and belongs
 * in the full run.
 */
const refuse = () => {
  throw new Error('a unit spec starts no process and no thread: leave it out of .mocharc.unit.json');
};
const starting = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const;
for (const name of starting) Object.assign(childProcess, { [name]: refuse });
Object.assign(threads, { Worker: refuse });
