import { z } from 'zod';
import { filmId } from '../films/schemas';

/** One hand-in of a film: jobs of an earlier one do nothing. */
const run = z.string().regex(/^[0-9a-f]{8}$/);

/** All that a job says. What is to be done lies in storage, under the film's id. */
export const jobSchema = z.strictObject({
  film: filmId,
  run,
  segment: z.number().int().nonnegative().optional(),
});

export type FilmJob = z.infer<typeof jobSchema>;

/** What a job is for. */
export type JobName = 'plan' | 'segment' | 'assemble';

/** The id of a job, by which it is found again. */
export function jobId(name: JobName, { film, run: one, segment }: FilmJob): string {
  return [film, one, name === 'segment' ? segment : name].join('-');
}

const KEPT = { removeOnComplete: true, removeOnFail: true }; // A farm keeps what it knows of films in their records.

/** How often a segment is tried, on whichever workers. */
export const ATTEMPTS = 3;

/** How jobs are kept and tried again. */
export const JOB_OPTIONS = {
  plan: { ...KEPT, attempts: 2, backoff: { type: 'fixed', delay: 500 } },
  segment: { ...KEPT, attempts: ATTEMPTS, backoff: { type: 'fixed', delay: 500 }, failParentOnFailure: true },
  assemble: { ...KEPT, attempts: 2, backoff: { type: 'fixed', delay: 500 } },
} as const;

/** Lower numbers are served first; BullMQ has no higher one. */
export const LAST_PRIORITY = 2 ** 21 - 1;
