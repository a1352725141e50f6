import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { renderVideo, threads } from '../src';
import { openFarmWorker, renderOnFarm } from '../src/farm';
import { RedisServer } from '../test/support/redisServer';
import type { Bench } from './support/bench';
import { emptyJobs } from './support/emptyJobs';
import { efficiency } from './support/farmModel';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';

const LEAST = 0.95;
const ROUNDS = 3;
const FRAMES = 3600;
const JOBS = 10_000;
const SEEDS = [1, 2, 3];
const LENGTHS = [0.5, 1, 2, 5, 10];

export const farm: Bench = {
  what: 'one machine alone and as a farm of one worker; jobs that render nothing; many machines in virtual time',
  must: `a farm of one worker has at least ${LEAST} of the speed of a local render in segments`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const ratios = await ofOneWorker(folder, quick ? 150 : FRAMES, quick ? 1 : ROUNDS, say);
      say('jobs that render nothing');
      const jobs = await emptyJobs(quick ? 500 : JOBS);
      const table: (string | number)[][] = [['what', '', ...LENGTHS.map((length) => `${length} s`)]];
      table.push(['a farm of one worker, in speed of a local render', round(median(ratios), 3)]);
      for (const [name, value] of Object.entries(jobs))
        table.push([`CPU ms a job: ${name}`, round(value, 2)]);
      const figures: Record<string, number> = { oneWorker: round(median(ratios), 3) };
      for (const perSecond of [1.5, 10]) {
        for (const workers of quick ? [10] : [1, 10, 100, 1000]) {
          for (const copies of [false, true]) {
            say(`${workers} workers in virtual time`);
            const at = (segmentSeconds: number) =>
              round(
                median(SEEDS.map((seed) => efficiency({ workers, segmentSeconds, copies, perSecond, seed }))),
                2,
              );
            const name = `efficiency of ${workers} workers, ${perSecond} s of work a second`;
            const values = LENGTHS.map(at);
            table.push([name, copies ? 'with copies' : 'without', ...values]);
            if (copies && workers === 100) figures[`efficiency100At${perSecond}`] = values[2] as number;
          }
        }
      }
      return { pass: quick || median(ratios) >= LEAST, figures, table };
    }),
};

/** What a farm of one worker has of the speed of a local render, round by round. */
async function ofOneWorker(
  folder: string,
  frames: number,
  rounds: number,
  say: (line: string) => void,
): Promise<number[]> {
  const redis = await RedisServer.start();
  const storage = join(folder, 'share');
  mkdirSync(storage);
  const worker = await openFarmWorker({ farm: redis.url, storage, cache: join(folder, 'cache') });
  try {
    const ratios: number[] = [];
    for (let run = 0; run < rounds; run += 1) {
      say(`round ${run + 1}`);
      const source = threads(join(__dirname, 'support/farmScene.cjs'), { params: { frames, run } });
      const film = { source, segment: '10s', threads: 2, overwrite: true, output: join(folder, 'film.mp4') };
      const local = async () => (await renderVideo(film)).elapsedSeconds;
      const away = async () => {
        const last = await lastValueFrom(renderOnFarm({ ...film, farm: redis.url, storage }));
        return last.type === 'finished' ? last.result.elapsedSeconds : Number.NaN;
      };
      const first = run % 2 === 0 ? await local() : await away();
      const second = run % 2 === 0 ? await away() : await local();
      ratios.push(run % 2 === 0 ? first / second : second / first);
    }
    return ratios;
  } finally {
    await worker.close();
    await redis.stop();
  }
}
