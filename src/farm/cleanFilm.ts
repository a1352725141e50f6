import { setTimeout as pause } from 'node:timers/promises';
import { FilmgateError } from '../errors';
import { filmKeys, sourceKeys } from '../films/filmKeys';
import { readRequest } from '../films/filmRequest';
import { openStorage } from '../storage/openStorage';
import type { Storage } from '../storage/storage';
import { type Farm, queueName } from './connect';
import { storagePlace } from './farmUrl';
import {
  ACTIVE,
  allFilms,
  checkId,
  endDamaged,
  keyOf,
  readRecord,
  removeRecord,
  unknownFilm,
} from './filmRecord';
import { withFarm } from './filmStatus';
import type { FarmPlace } from './renderOnFarm';
import { ID_KEY } from './storageId';

const LET_GO = 3000; // ms in which workers that are there let go of a film that has ended
const LOOK = 200; // ms

/** What became of a film's files in storage. */
export interface CleanedFilm {
  /** Names of what was removed. */
  readonly removed: readonly string[];
  /** Names of what no film uses: left of hand-ins and workers that were killed, or of a hand-in that is under way. */
  readonly left: readonly string[];
}

/**
 * Removes a film from farm and storage, with its source where no other film has the same, whatever of it is damaged, lost,
 * or in the hands of a worker that was killed.
 *
 * @throws FilmgateError `FILM_UNKNOWN`, `INVALID_OPTION` while it is rendered, `STORAGE_FAILED`, `FARM_UNREACHABLE`,
 * `FARM_REFUSED`, `FARM_UNSUITABLE`
 */
export function cleanFilm(place: FarmPlace, id: string): Promise<CleanedFilm> {
  return withFarm(place, async (farm) => {
    checkId(id);
    const storage = openStorage(storagePlace(place.storage));
    try {
      const isKnown = await checkEnded(farm, id);
      if (!isKnown && (await storage.list(filmKeys.folder(id))).length === 0) throw unknownFilm(id);
      const queues = await takeJobs(farm, id);
      const sources = await sourcesOf(storage, id);
      const keys = await storage.list(filmKeys.folder(id)); // Workers may have put something there until now.
      const removed = [...keys, ...sources.own];
      await storage.remove(removed);
      await removeRecord(farm, id);
      for (const queue of queues) await removeEmptyQueue(farm, queue);
      return { removed, left: sources.left };
    } finally {
      await storage.close();
    }
  });
}

/** Whether there is a record. One that is damaged is ended, so that no worker goes on. */
async function checkEnded(farm: Farm, id: string): Promise<boolean> {
  try {
    const record = await readRecord(farm, id);
    if (!record || !ACTIVE.includes(record.state)) return record !== undefined;
    const message = `film ${id} is ${record.state}; cancel it before (filmgate farm cancel)`;
    throw new FilmgateError('INVALID_OPTION', message);
  } catch (error) {
    if (!isInvalid(error)) throw error;
    await endDamaged(farm, id);
    return true;
  }
}

/**
 * Removes all jobs of a film. Workers that are there are waited for; those that were killed keep their locks, which are
 * removed. Returns the keys of the film's queues.
 */
async function takeJobs(farm: Farm, id: string): Promise<Set<string>> {
  const queues = new Set<string>(await queueOf(farm, id));
  const until = performance.now() + LET_GO;
  for (;;) {
    const { jobs, locks } = await jobsOf(farm, id);
    const isLate = performance.now() > until;
    if (isLate && locks.length > 0) await farm.redis.del(...locks);
    for (const [job, queue] of jobs) {
      queues.add(queue);
      await farm
        .queue(queue)
        .remove(job)
        .catch(() => {}); // A worker has it.
    }
    if (locks.length === 0 || isLate) return queues;
    await pause(LOOK);
  }
}

/** The key of the film's queue, as far as its record tells. */
async function queueOf(farm: Farm, id: string): Promise<string[]> {
  const queue = await farm.redis.hget(keyOf(farm, id), 'queue');
  return queue && /^[0-9a-f]{12}$/.test(queue) ? [queue] : [];
}

/** The jobs of a film, of whatever run, and the keys of their locks. They are looked for, since the record may be damaged. */
async function jobsOf(farm: Farm, id: string) {
  const named = new RegExp(`^${farm.key(queueName('([0-9a-f]{12})'))}:(${id}-[0-9a-f]{8}-\\w+)(:lock)?$`);
  const jobs = new Map<string, string>();
  const locks: string[] = [];
  const found = farm.redis.scanStream({ match: farm.key(queueName('*'), `${id}-*`), count: 1000 });
  for await (const keys of found as AsyncIterable<string[]>) {
    for (const key of keys) {
      const [, queue, job, lock] = named.exec(key) ?? [];
      if (lock) locks.push(key);
      else if (queue && job) jobs.set(job, queue);
    }
  }
  return { jobs, locks };
}

/** What lies in storage beside films: sources that the film has alone, and what no film has. */
async function sourcesOf(storage: Storage, id: string) {
  const requests = (await storage.list('films/')).filter((key) => key.endsWith('/request.json'));
  const used = new Set<string>();
  let own: string[] = [];
  for (const key of requests) {
    const film = key.split('/')[1] ?? '';
    const request = await readRequest(storage, film).catch((error) => {
      if (isInvalid(error) || error.code === 'FILM_UNKNOWN') return undefined;
      throw error;
    });
    if (!request) continue; // It was removed meanwhile, or is damaged: whoever hands the film in again stores all anew.
    const digests = [request.source.digest ?? [], request.audio.map(({ digest }) => digest)].flat(2);
    if (film === id) own = digests;
    else for (const digest of digests) used.add(digest);
  }
  const digestOf = (key: string) => key.slice(sourceKeys.folder.length).split('.')[0] ?? '';
  const sources = (await storage.list(sourceKeys.folder)).filter((key) => !used.has(digestOf(key)));
  const isOwn = (key: string) => own.includes(digestOf(key));
  const ids = (await storage.list(ID_KEY)).filter((key) => key !== ID_KEY);
  return { own: sources.filter(isOwn), left: [...ids, ...sources.filter((key) => !isOwn(key))] };
}

/** What BullMQ keeps of a queue that has no jobs and no films any more. */
async function removeEmptyQueue(farm: Farm, key: string): Promise<void> {
  for (const id of await allFilms(farm)) {
    const record = await readRecord(farm, id).catch(() => undefined); // A damaged one is listed as that.
    if (record?.queue === key) return;
  }
  const queue = farm.queue(key);
  const counts = Object.values(await queue.getJobCounts());
  if (counts.every((count) => count === 0)) await queue.obliterate().catch(() => {}); // Somebody was faster.
  await farm.redis.del(farm.key('turn', key));
}

function isInvalid(error: unknown): boolean {
  return FilmgateError.is(error) && error.code === 'JOB_INVALID';
}
