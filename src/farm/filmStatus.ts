import { FilmgateError, messageOf } from '../errors';
import { filmKeys, sourceKeys } from '../films/filmKeys';
import { readRequest } from '../films/filmRequest';
import { openStorage } from '../storage/openStorage';
import type { Storage } from '../storage/storage';
import { cancelFilm, removeJobs } from './cancel';
import { connectFarm, type Farm } from './connect';
import { farmUrl, storagePlace } from './farmUrl';
import {
  ACTIVE,
  allFilms,
  type FilmRecord,
  type FilmState,
  knownRecord,
  readRecord,
  removeRecord,
} from './filmRecord';
import { jobId } from './jobs';
import type { FarmPlace } from './renderOnFarm';
import { liveWorkers } from './workers';

/** Where a film of a farm stands. */
export interface FilmStatus {
  /** Its name on the farm and in storage: 32 hexadecimal digits. */
  readonly id: string;
  /** `unknown` where Redis holds something that Filmgate has not written; `error` says what. */
  readonly state: FilmState | 'unknown';
  /** The video's file name; undefined where that is unknown. */
  readonly name: string | undefined;
  /** Undefined where that is unknown. */
  readonly handedIn: Date | undefined;
  /** How many segments it has; undefined until it is planned. */
  readonly segments: number | undefined;
  /** How many of them are verified. */
  readonly done: number;
  /** Why it failed. */
  readonly error: string | undefined;
}

/** What is on a farm. */
export interface FarmListing {
  /** The newest last. */
  readonly films: readonly FilmStatus[];
  /** Names of the workers that are there. */
  readonly workers: readonly string[];
}

/** Does something with a farm, and closes it. */
async function withFarm<T>({ farm: url }: FarmPlace, work: (farm: Farm) => Promise<T>): Promise<T> {
  const farm = await connectFarm(farmUrl(url));
  try {
    return await work(farm);
  } finally {
    await farm.close();
  }
}

/**
 * Where a film stands.
 *
 * @throws FilmgateError `FILM_UNKNOWN`, `JOB_INVALID` where its record is damaged, `INVALID_OPTION`, `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`
 */
export function filmStatus(place: FarmPlace, id: string): Promise<FilmStatus> {
  return withFarm(place, async (farm) => statusOf(id, await knownRecord(farm, id)));
}

/**
 * All films of a farm, the newest last, and the names of its workers.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`
 */
export function listFilms(place: FarmPlace): Promise<FarmListing> {
  return withFarm(place, async (farm) => {
    const films = [];
    for (const id of await allFilms(farm)) {
      try {
        const record = await readRecord(farm, id);
        films.push(record ? statusOf(id, record) : unknown(id, 'its record is missing'));
      } catch (error) {
        if (!FilmgateError.is(error)) throw error;
        films.push(unknown(id, messageOf(error))); // The others are listed all the same.
      }
    }
    return { films, workers: (await liveWorkers(farm)).map(({ name }) => name) };
  });
}

/**
 * Cancels a film on all machines. Returns false where it had ended before.
 *
 * @throws FilmgateError `FILM_UNKNOWN`
 */
export function cancelFarmFilm(place: FarmPlace, id: string): Promise<boolean> {
  return withFarm(place, (farm) => cancelFilm(farm, id));
}

/**
 * Removes a film from farm and storage, with its source where no other film has the same. Returns the names of what was
 * removed.
 *
 * @throws FilmgateError `FILM_UNKNOWN`, and `INVALID_OPTION` while it is rendered
 */
export function cleanFilm(place: FarmPlace, id: string): Promise<string[]> {
  return withFarm(place, async (farm) => {
    const record = await knownRecord(farm, id);
    if (ACTIVE.includes(record.state)) {
      throw new FilmgateError(
        'INVALID_OPTION',
        `film ${id} is ${record.state}; cancel it before (filmgate farm cancel)`,
      );
    }
    const storage = openStorage(storagePlace(place.storage));
    try {
      const keys = await storage.list(filmKeys.folder(id));
      const sources = await unsharedSources(storage, id);
      await storage.remove([...keys, ...sources]);
      for (let segment = 0; segment < (record.segments ?? 0); segment += 1) {
        const job = jobId('segment', { film: id, run: record.run, segment });
        await farm
          .queue(record.queue)
          .remove(job)
          .catch(() => {}); // What a worker that died had in hand.
      }
      await removeJobs(farm, id, record);
      await removeRecord(farm, id);
      await removeEmptyQueue(farm, record.queue);
      return [...keys, ...sources];
    } finally {
      await storage.close();
    }
  });
}

function statusOf(id: string, { state, name, handedIn, segments, done, error }: FilmRecord): FilmStatus {
  const why = error === undefined ? undefined : String(JSON.parse(error).message);
  return { id, state, name, handedIn: new Date(handedIn), segments, done, error: why };
}

function unknown(id: string, error: string): FilmStatus {
  const nothing = { name: undefined, handedIn: undefined, segments: undefined };
  return { id, state: 'unknown', ...nothing, done: 0, error };
}

/** Files of a film's sources that no other film in storage uses. */
async function unsharedSources(storage: Storage, id: string): Promise<string[]> {
  const requests = (await storage.list('films/')).filter((key) => key.endsWith('/request.json'));
  const used = new Set<string>();
  let own: string[] = [];
  for (const key of requests) {
    const film = key.split('/')[1] ?? '';
    const request = await readRequest(storage, film).catch(() => undefined);
    if (!request) continue;
    const digests = [request.source.digest ?? [], request.audio.map(({ digest }) => digest)].flat(2);
    if (film === id) own = digests;
    else for (const digest of digests) used.add(digest);
  }
  const unused = own.filter((digest) => !used.has(digest));
  return unused.flatMap((digest) => [sourceKeys.list(digest), sourceKeys.archive(digest)]);
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
