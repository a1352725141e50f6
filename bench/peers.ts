import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findFFmpeg } from '../src';
import { findBrowser } from '../src/chromium';
import type { Bench } from './support/bench';
import { decodedFrames } from './support/decodedFrames';
import { round } from './support/figures';
import { inFolder } from './support/folder';
import { installPeers, type Peer } from './support/peers';

const FRAMES = 180;
const ROUNDS = 3;
const CORES = availableParallelism(); // Remotion refuses more workers.
const WORKERS = [...new Set([1, Math.min(CORES, 3), CORES]), undefined]; // The last is each one's own choice.
const LEAST_RATIO = 3;

export const peers: Bench = {
  what: `whole commands, start to file: one composition, 1080p, ${FRAMES} frames, 30 fps, the same headless shell; the best of ${ROUNDS}`,
  must: `Filmgate at its default is ${LEAST_RATIO} × as fast as the better of the other two at its best setting`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const [browser, ffmpeg] = await Promise.all([findBrowser(), findFFmpeg()]);
      say('installing the others into a temporary folder');
      const all = await installPeers(folder, { browser, ffmpeg });
      const best = all.map(() => WORKERS.map(() => Number.POSITIVE_INFINITY));
      for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
        for (const [setting, workers] of WORKERS.entries()) {
          if (quick && workers) continue;
          for (const [who, peer] of all.entries()) {
            const output = join(folder, `${who}.mp4`);
            const seconds = await secondsOf(peer, output, peer.command(output, workers));
            say(`${peer.name}, ${workers ?? 'default'} workers: ${round(seconds, 2)} s`);
            const row = best[who] as number[];
            row[setting] = Math.min(row[setting] as number, seconds);
          }
        }
      }
      const own = best[0]?.at(-1) as number;
      const other = Math.min(...best.slice(1).flat());
      const figures: Record<string, number> = { ratioToBetterPeer: round(other / own, 2) };
      for (const [who, { name }] of all.entries()) {
        for (const [setting, workers] of WORKERS.entries()) {
          const seconds = best[who]?.[setting] as number;
          if (!Number.isFinite(seconds)) continue;
          const at = workers ? `At${workers}` : 'AtDefault';
          figures[`${name[0]?.toLowerCase()}${name.slice(1)}Seconds${at}`] = round(seconds, 2);
        }
      }
      return {
        pass: quick || other / own >= LEAST_RATIO,
        figures,
        table: [
          [
            'seconds',
            'version',
            ...WORKERS.map((workers) => (workers ? `${workers} workers` : 'its default')),
          ],
          ...all.map(({ name, version }, who) => [
            name,
            version,
            ...(best[who] as number[]).map((seconds) => (Number.isFinite(seconds) ? round(seconds, 2) : '')),
          ]),
          ['the better peer ÷ Filmgate', ...WORKERS.map(() => ''), round(other / own, 2)],
        ],
      };
    }),
};

/** Seconds from the start of the command to its end, with a whole video to show for it. */
export async function secondsOf(
  peer: Peer,
  output: string,
  [program = '', ...args]: readonly string[],
): Promise<number> {
  const start = performance.now();
  const said: Buffer[] = [];
  const child = spawn(program, args, {
    cwd: peer.cwd,
    env: { ...process.env, ...peer.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0)
    throw new Error(`${peer.name} ended with ${code}: ${Buffer.concat(said).toString().slice(-2000)}`);
  const { length } = await decodedFrames(output);
  if (length !== FRAMES) throw new Error(`${peer.name} made ${length} of ${FRAMES} frames`);
  return seconds;
}
