import type { Job } from 'bullmq';
import type { Farm } from './connect';
import { ACTIVE, changeRecord, type FilmRecord, knownRecord } from './filmRecord';
import { jobId } from './jobs';

/**
 * Cancels a film on all machines. Returns false where it had ended before. Workers see it within a second.
 *
 * @throws FilmgateError `FILM_UNKNOWN`
 */
export async function cancelFilm(farm: Farm, id: string): Promise<boolean> {
  const record = await knownRecord(farm, id);
  const wasActive = await changeRecord(farm, id, record.run, ACTIVE, { state: 'cancelled' });
  if (wasActive) await removeJobs(farm, id, record);
  return wasActive;
}

/** Removes the jobs of a film that no worker has begun. Those that are at work see by the film's state that they may end. */
export async function removeJobs(
  farm: Farm,
  id: string,
  { run, queue: key }: Pick<FilmRecord, 'run' | 'queue'>,
): Promise<void> {
  const queue = farm.queue(key);
  const job = { film: id, run };
  const assemble: Job | undefined = await queue.getJob(jobId('assemble', job));
  await assemble?.removeUnprocessedChildren().catch(() => {});
  for (const name of ['plan', 'assemble'] as const) await queue.remove(jobId(name, job)).catch(() => {});
}
