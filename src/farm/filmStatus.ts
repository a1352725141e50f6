import { FilmgateError, messageOf } from '../errors';
import { cancelFilm } from './cancel';
import { connectFarm, type Farm } from './connect';
import { farmUrl } from './farmUrl';
import { allFilms, type FilmRecord, type FilmState, knownRecord, readRecord } from './filmRecord';
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
export async function withFarm<T>({ farm: url }: FarmPlace, work: (farm: Farm) => Promise<T>): Promise<T> {
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

function statusOf(id: string, { state, name, handedIn, segments, done, error }: FilmRecord): FilmStatus {
  return { id, state, name, handedIn: new Date(handedIn), segments, done, error: error?.message };
}

function unknown(id: string, error: string): FilmStatus {
  const nothing = { name: undefined, handedIn: undefined, segments: undefined };
  return { id, state: 'unknown', ...nothing, done: 0, error };
}
