import { z } from 'zod';
import { FilmgateError } from '../errors';
import { differences, environmentKey, environmentText, ownVersion } from '../films/environment';
import { type Environment, environmentSchema, jsonOf } from '../films/schemas';
import type { Farm } from './connect';

const workerSchema = z.object({
  name: z.string(),
  environment: environmentSchema,
  /** The id of the storage that it uses. */
  storage: z.string(),
  place: z.string(),
});

/** A worker of the farm, as it says of itself. */
export type AnnouncedWorker = z.infer<typeof workerSchema>;

const SILENCE = 15; // seconds after which a worker is not counted any more

/** Whether a name is free, and now taken by this worker. */
export async function takeName(farm: Farm, worker: AnnouncedWorker): Promise<boolean> {
  const said = JSON.stringify(worker);
  return (await farm.redis.set(farm.key('worker', worker.name), said, 'EX', SILENCE, 'NX')) !== null;
}

/** Says that a worker is there. To be repeated, every few seconds. */
export async function announce(farm: Farm, worker: AnnouncedWorker): Promise<void> {
  const key = farm.key('workers');
  await farm.redis
    .multi()
    .set(farm.key('worker', worker.name), JSON.stringify(worker), 'EX', SILENCE)
    .zadd(key, String(Date.now()), worker.name)
    .expire(key, 2 * SILENCE)
    .exec();
}

/** Says that a worker has gone. */
export async function withdraw(farm: Farm, { name }: AnnouncedWorker): Promise<void> {
  await farm.redis.multi().del(farm.key('worker', name)).zrem(farm.key('workers'), name).exec();
}

/** All workers that are there. */
export async function liveWorkers(farm: Farm): Promise<AnnouncedWorker[]> {
  const key = farm.key('workers');
  const names = await farm.redis.zrange(key, '0', '-1');
  if (names.length === 0) return [];
  const said = await farm.redis.mget(names.map((name) => farm.key('worker', name)));
  const gone = names.filter((_, index) => said[index] === null);
  if (gone.length > 0) await farm.redis.zrem(key, ...gone);
  return said.flatMap((text) => jsonOf(workerSchema).safeParse(text).data ?? []);
}

/**
 * Holds a storage to that of the workers which are there.
 *
 * @throws FilmgateError `STORAGE_DIFFERS`
 */
export function checkSameStorage(
  workers: readonly AnnouncedWorker[],
  storage: { readonly id: string; readonly place: string },
): void {
  const other = workers.find(({ storage: id }) => id !== storage.id);
  if (!other) return;
  const message = `storage: ${storage.place} is not the one that worker ${other.name} uses (${other.place} there); name or mount the same on all machines`;
  throw new FilmgateError('STORAGE_DIFFERS', message);
}

/**
 * The environment in which a film is rendered: that of most workers which can.
 *
 * @throws FilmgateError `NO_WORKER`
 */
export function chooseEnvironment(workers: readonly AnnouncedWorker[], needsBrowser: boolean): Environment {
  const filmgate = ownVersion();
  const able = workers.filter(
    ({ environment }) =>
      environment.filmgate === filmgate && (!needsBrowser || environment.browser !== undefined),
  );
  const counts = new Map<string, { environment: Environment; workers: number }>();
  for (const { environment } of able) {
    const key = environmentKey(environment);
    counts.set(key, { environment, workers: (counts.get(key)?.workers ?? 0) + 1 });
  }
  const [most] = [...counts].sort(([a, one], [b, other]) => other.workers - one.workers || (a < b ? -1 : 1));
  if (most) return most[1].environment;
  const needs = `Filmgate ${filmgate}${needsBrowser ? ' and a browser' : ''}`;
  throw noWorker(`needs a worker with ${needs}`, workers);
}

/** A `NO_WORKER` error: what a film needs, and what the workers have. */
export function noWorker(needs: string, workers: readonly AnnouncedWorker[]): FilmgateError {
  const there =
    workers.length === 0
      ? 'there is none: start filmgate worker on some machine'
      : `the workers have: ${workers.map(({ name, environment }) => `${name} (${environmentText(environment)})`).join('; ')}`;
  return new FilmgateError('NO_WORKER', `the film ${needs}, and ${there}`);
}

/** Why no worker that is there may render a film of an environment; undefined where one may. */
export function environmentProblem(
  workers: readonly AnnouncedWorker[],
  environment: Environment,
): FilmgateError | undefined {
  const key = environmentKey(environment);
  if (workers.some((worker) => environmentKey(worker.environment) === key)) return undefined;
  if (workers.length === 0) return noWorker(`needs a worker with ${environmentText(environment)}`, workers);
  const [nearest] = workers
    .map((worker) => ({ worker, off: differences(environment, worker.environment) }))
    .sort((one, other) => one.off.length - other.off.length);
  const message = `no worker of the film's environment is there: ${nearest?.worker.name} has ${nearest?.off.join(', ')}`;
  return new FilmgateError('NO_WORKER', message);
}
