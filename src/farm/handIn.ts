import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { readResult } from '../films/assembleFilm';
import { environmentKey } from '../films/environment';
import { checkFilmOptions, type FilmOptions, storeFilm } from '../films/filmRequest';
import type { Storage } from '../storage/storage';
import type { Farm } from './connect';
import { ACTIVE, beginRecord, readRecord } from './filmRecord';
import { JOB_OPTIONS, jobId } from './jobs';
import { sameStorageId } from './storageId';
import { checkSameStorage, chooseEnvironment, liveWorkers } from './workers';

/** A film that was handed in. */
export interface HandedIn {
  readonly id: string;
  /** Which hand-in of it. */
  readonly run: string;
  /** Whether it was begun by this hand-in; false where it is on the farm already. */
  readonly isNew: boolean;
}

/**
 * Hands a film in: puts what it needs into storage, and has it planned by a worker. A film that is on the farm already is
 * not begun again, and one that has failed or was cancelled goes on.
 *
 * @throws FilmgateError `NO_WORKER`, `STORAGE_DIFFERS`, and what `storeFilm` does
 */
export async function handIn(
  farm: Farm,
  storage: Storage,
  options: FilmOptions,
  signal?: AbortSignal,
): Promise<HandedIn> {
  const { kind } = checkFilmOptions(options);
  const workers = await liveWorkers(farm);
  const environment = chooseEnvironment(workers, kind !== 'scene');
  const store = await sameStorageId(storage, async (id) =>
    checkSameStorage(await liveWorkers(farm), { id, place: storage.place }),
  );
  const id = await storeFilm(storage, options, environment, signal);
  signal?.throwIfAborted();
  const known = await readRecord(farm, id);
  const isDone = known?.state === 'done' && (await readResult(storage, id)) !== undefined;
  if (known && (isDone || ACTIVE.includes(known.state))) return { id, run: known.run, isNew: false };
  const run = randomBytes(4).toString('hex');
  const queue = environmentKey(environment);
  const name = basename(options.output);
  await beginRecord(farm, id, { run, environment, queue, name, storage: store });
  await addPlanJob(farm, queue, { film: id, run });
  return { id, run, isNew: true };
}

/** Has a film planned, which lays out the jobs of its segments. Doing it again changes nothing. */
export async function addPlanJob(farm: Farm, queue: string, { film, run }: { film: string; run: string }) {
  const options = { ...JOB_OPTIONS.plan, jobId: jobId('plan', { film, run }) };
  await farm.queue(queue).add('plan', { film, run }, options);
}
