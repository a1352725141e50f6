import type { Farm } from './connect';
import { ACTIVE, eventsKey, keyOf } from './filmRecord';
import type { FilmJob } from './jobs';

/** Does something with a record, if it is still of that run: one that was removed meanwhile must not come back. */
async function whileRun(farm: Farm, { film, run }: FilmJob, command: string, ...values: (string | number)[]) {
  const script = `if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then return 0 end ${command}`;
  return farm.redis.eval(script, 2, keyOf(farm, film), eventsKey(farm, film), run, ...values);
}

const COUNT = `
if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'done', 1)
redis.call('HINCRBY', KEYS[1], 'timed', 1)
return redis.call('HINCRBY', KEYS[1], 'busy', ARGV[4])`;

/** Notes that a segment is done, by whom, and how long it took, in milliseconds. It is counted once, whoever tells. */
export async function countSegment(
  farm: Farm,
  job: FilmJob,
  by: string,
  milliseconds: number,
): Promise<void> {
  await whileRun(farm, job, COUNT, noteField(job, 'done'), by, Math.round(milliseconds));
}

/** What notes beside the record tell of a segment: that it is done, who copies it, and who has failed at it. */
export type NoteName = 'done' | 'copy' | 'failed';

/** A note is of one run: what was done or failed may have to be done again in the next. */
function noteField({ run, segment }: FilmJob, name: NoteName): string {
  return `${name} ${run} ${segment}`;
}

/** Writes a note, which goes when the record goes. */
export async function note(farm: Farm, job: FilmJob, name: NoteName, text: string): Promise<void> {
  await whileRun(
    farm,
    job,
    "return redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])",
    noteField(job, name),
    text,
  );
}

/** Takes a note, if nobody has. Returns whether that was so. */
export async function claim(farm: Farm, job: FilmJob, name: NoteName, text: string): Promise<boolean> {
  const command = "return redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])";
  return (await whileRun(farm, job, command, noteField(job, name), text)) === 1;
}

export async function forgetNote(farm: Farm, job: FilmJob, name: NoteName): Promise<void> {
  await farm.redis.hdel(keyOf(farm, job.film), noteField(job, name));
}

/** Whether a job is still wanted, and one note of its segment, at the price of one. */
export async function glance(farm: Farm, job: FilmJob, name: NoteName) {
  const fields = ['state', 'run', noteField(job, name)];
  const [state, run, text] = await farm.redis.hmget(keyOf(farm, job.film), ...fields);
  const isActive = (ACTIVE as readonly (string | null)[]).includes(state ?? null);
  return { isWanted: isActive && run === job.run, note: text ?? undefined };
}

/** Adds to the events of a film, of which the last ones are kept for some time, in seconds. */
export async function addEvents(
  farm: Farm,
  job: FilmJob,
  batch: object,
  { kept, keptFor }: { readonly kept: number; readonly keptFor: number },
): Promise<void> {
  const command = `
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'batch', ARGV[3])
return redis.call('EXPIRE', KEYS[2], ARGV[4])`;
  await whileRun(farm, job, command, kept, JSON.stringify(batch), keptFor);
}
