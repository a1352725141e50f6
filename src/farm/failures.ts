import { z } from 'zod';
import { ERROR_KINDS, FilmgateError, messageOf } from '../errors';
import { parsed } from '../films/schemas';
import { removeJobs } from './cancel';
import type { Farm } from './connect';
import { glance, note } from './filmNotes';
import { ACTIVE, changeRecord, type FilmRecord } from './filmRecord';
import { ATTEMPTS, type FilmJob } from './jobs';

const attemptSchema = z.array(z.object({ worker: z.string(), code: z.string(), message: z.string() }));

/** One attempt at a segment, and why it failed. */
export type Attempt = z.infer<typeof attemptSchema>[number];

/** The attempts at a segment that have failed. */
export async function attemptsAt(farm: Farm, job: FilmJob): Promise<Attempt[]> {
  const { note: text } = await glance(farm, job, 'failed');
  return text === undefined ? [] : parsed(attemptSchema, text, `what failed at film ${job.film}`);
}

/** Notes why an attempt failed. Returns all of them. */
export async function noteAttempt(
  farm: Farm,
  job: FilmJob,
  worker: string,
  error: unknown,
): Promise<Attempt[]> {
  const code = FilmgateError.is(error) ? error.code : 'UNEXPECTED';
  const attempts = [...(await attemptsAt(farm, job)), { worker, code, message: messageOf(error) }];
  await note(farm, job, 'failed', JSON.stringify(attempts));
  return attempts;
}

/** Whether another attempt, on whatever worker, could end otherwise. */
export function isWorthAnother(error: unknown, attempts: readonly Attempt[]): boolean {
  const isUsage = FilmgateError.is(error) && error.kind === 'usage';
  return !isUsage && attempts.length < ATTEMPTS;
}

/** Ends a film as failed, with the causes of every attempt. */
export async function failFilm(
  farm: Farm,
  { film, run, segment }: FilmJob,
  record: Pick<FilmRecord, 'run' | 'queue'>,
  attempts: readonly Attempt[],
): Promise<void> {
  const last = attempts.at(-1);
  const code = last && last.code in ERROR_KINDS ? last.code : 'CAPTURE_FAILED';
  const where = segment === undefined ? '' : `segment ${segment + 1} failed: `;
  const tries = attempts.map(({ worker, message }, index) =>
    attempts.length > 1 ? `try ${index + 1} on ${worker}: ${message}` : `${message} (on ${worker})`,
  );
  const error = JSON.stringify({ code, message: where + tries.join('; ') });
  if (await changeRecord(farm, film, run, ACTIVE, { state: 'failed', error }))
    await removeJobs(farm, film, record);
}
