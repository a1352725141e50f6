import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { isAlive } from './encoderProcess';

/** An FFmpeg that writes down the ids of its processes: what a render starts, and whether it has ended. */
export interface RecordedFFmpeg {
  readonly path: string;
  /** Ends the process that encodes, as soon as there is one. */
  kill(): Promise<void>;
  /** The processes that still run. */
  alive(): number[];
}

/** Puts a program `path` before the FFmpeg that Filmgate would use. */
export async function recordFFmpeg(path: string): Promise<RecordedFFmpeg> {
  const ffmpeg = await findFFmpeg();
  const list = `${path}.pids`;
  writeFileSync(path, `#!/bin/sh\necho $$ >> '${list}'\nexec '${ffmpeg.path}' "$@"\n`, { mode: 0o755 });
  const pids = () => (existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n').map(Number) : []);
  return {
    path,
    async kill() {
      while (pids().length < 2) await sleep(10); // The first was asked for its encoders, and has ended.
      process.kill(pids()[1] as number, 'SIGKILL');
    },
    alive: () => pids().filter(isAlive),
  };
}
