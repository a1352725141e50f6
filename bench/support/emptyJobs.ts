import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import { connectFarm, queueName } from '../../src/farm/connect';
import { beginRecord } from '../../src/farm/filmRecord';
import { runJob } from '../../src/farm/jobRunner';
import { JOB_OPTIONS, jobId } from '../../src/farm/jobs';
import { describeEnvironment, environmentKey } from '../../src/films/environment';
import { filmKeys } from '../../src/films/filmKeys';
import type { Storage } from '../../src/storage/storage';
import { RedisServer } from '../../test/support/redisServer';

/** What the jobs of so many segments cost that are in storage already: milliseconds of processor time for each. */
export async function emptyJobs(segments: number) {
  const redis = await RedisServer.start();
  try {
    const farm = await connectFarm(redis.url);
    const environment = await describeEnvironment({ cache: '' });
    const queue = environmentKey(environment);
    const [film, run] = ['0'.repeat(32), '0'.repeat(8)];
    await beginRecord(farm, film, { run, environment, queue, name: 'a.mp4', storage: 's' });
    const usedBefore = await redisTime(farm.redis);
    const layOut = process.cpuUsage();
    await farm.flows.add({
      name: 'assemble',
      queueName: queueName(queue),
      data: { film, run },
      opts: { ...JOB_OPTIONS.assemble, jobId: jobId('assemble', { film, run }) },
      children: Array.from({ length: segments }, (_, segment) => ({
        name: 'segment',
        queueName: queueName(queue),
        data: { film, run, segment },
        opts: {
          ...JOB_OPTIONS.segment,
          jobId: jobId('segment', { film, run, segment }),
          priority: segment + 1,
        },
      })),
    });
    const layingOut = milliseconds(process.cpuUsage(layOut));
    const worker = new Worker(queueName(queue), null, { ...farm.options, autorun: false });
    const storage = {
      place: 'memory',
      read: async (key: string) => entryAt(film, key),
    } as unknown as Storage;
    const tools = { farm, storage, sessions: undefined as never, name: 'w', machine: { cache: '' } };
    const before = process.cpuUsage();
    for (let done = 0; done < segments; done += 1) {
      const token = randomUUID();
      const job = await worker.getNextJob(token);
      if (!job) throw new Error(`only ${done} jobs are there`);
      const options = { ...tools, lockDuration: 10_000, log() {} };
      await runJob(
        options,
        job,
        token,
        () => {},
        () => () => {},
      );
    }
    const working = milliseconds(process.cpuUsage(before));
    const used = (await redisTime(farm.redis)) - usedBefore;
    await worker.close(true);
    await farm.close();
    return { layingOut: layingOut / segments, worker: working / segments, redis: used / segments };
  } finally {
    await redis.stop();
  }
}

function entryAt(film: string, key: string): string {
  const segment = Number(/(\d+)\.json$/.exec(key)?.[1]) - 1;
  const file = key.slice(filmKeys.entries(film).length).replace('.json', '-0.ts');
  return JSON.stringify({ segment, first: segment, count: 1, file, bytes: 1, sha256: '0'.repeat(64) });
}

async function redisTime(redis: { info(section: string): Promise<string> }): Promise<number> {
  const info = await redis.info('cpu');
  const field = (name: string) => Number(new RegExp(`^${name}:(.*)`, 'm').exec(info)?.[1] ?? 0);
  return 1000 * (field('used_cpu_sys') + field('used_cpu_user'));
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
