import { mkdirSync } from 'node:fs';
import { type Cli, startCli } from './cli';
import { useFolder } from './folder';
import { RedisServer } from './redisServer';

/** A farm for each test: Redis, a storage, and workers that are processes of their own. */
export function useFarm() {
  const path = useFolder();
  let redis: RedisServer;
  let workers: Cli[];
  beforeEach(async () => {
    mkdirSync(path('share'));
    mkdirSync(path('out'));
    workers = [];
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    for (const { child } of workers) {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
    }
    await Promise.all(workers.map(({ ended }) => ended));
    await redis.stop();
  });
  const place = () => ({ farm: redis.url, storage: path('share') });
  const flags = () => ['--farm', redis.url, '--storage', path('share')];
  return {
    path,
    place,
    flags,
    redis: () => redis,
    /** Starts a worker, and waits until it is there. */
    async worker(name: string, ...more: string[]): Promise<Cli> {
      const own = ['--name', name, '--cache', path('cache'), '--lock-duration', '3'];
      const worker = startCli(['worker', ...flags(), ...own, ...more]);
      workers.push(worker);
      await worker.said(/is ready/);
      return worker;
    },
  };
}
