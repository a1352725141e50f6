import type { Segment } from '../segments/segment';
import type { Storage } from '../storage/storage';
import type { Machine } from './environment';
import { filmKeys } from './filmKeys';
import { checkSamePlan, readPlan } from './filmPlan';
import { FilmSession } from './filmSession';
import type { FilmPlan } from './schemas';

/**
 * The first step of a film: describes its source, lays out its segments, and writes the plan into storage. A film that
 * was planned before keeps its plan. Returns the segments, each of which is to be rendered by `renderSegment`.
 *
 * @throws FilmgateError what `render` can say before its first frame, and `FILM_UNKNOWN`, `JOB_INVALID`, `NO_WORKER`,
 * `PLAN_DIFFERS`, `STORAGE_DAMAGED`, `STORAGE_FAILED`
 */
export async function planFilm(
  storage: Storage,
  id: string,
  machine: Machine,
  signal = new AbortController().signal,
): Promise<readonly Segment[]> {
  const session = await FilmSession.open(storage, id, machine, { signal, withWorkers: false });
  try {
    return (await enterPlan(storage, id, session)).segments;
  } finally {
    await session.close();
  }
}

/** Writes the plan of a session into storage, or holds it to the one that is there. */
export async function enterPlan(storage: Storage, id: string, { plan }: FilmSession): Promise<FilmPlan> {
  const planned = await readPlan(storage, id);
  if (planned) checkSamePlan(id, planned, plan);
  else await storage.put(filmKeys.plan(id), { text: JSON.stringify(plan) });
  return plan;
}
