import { z } from 'zod';
import { FilmgateError } from '../errors';
import { checked, environmentSchema, filmId, parsed } from '../films/schemas';
import type { Farm } from './connect';
import type { FilmJob } from './jobs';

const STATES = ['queued', 'rendering', 'assembling', 'done', 'failed', 'cancelled'] as const;

/** How far a film is. */
export type FilmState = (typeof STATES)[number];

/** The states in which somebody works on a film, or will. */
export const ACTIVE: readonly FilmState[] = ['queued', 'rendering', 'assembling'];

const count = z.coerce.number().int().nonnegative();
const recordSchema = z.object({
  state: z.enum(STATES),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  environment: z.string().transform((text) => parsed(environmentSchema, text, "a film's environment")),
  /** The short name of the environment, which names its queue. */
  queue: z.string().regex(/^[0-9a-f]{12}$/),
  /** The video's file name, for people. */
  name: z.string(),
  handedIn: count,
  storage: z.string(),
  planned: z.string().optional(),
  segments: count.optional(),
  done: count.default(0),
  /** Segments of which it is known how long they took, and how long that was, in milliseconds. */
  timed: count.default(0),
  busy: count.default(0),
  /** How often segments that were damaged in storage were rendered again. */
  repairs: count.default(0),
  error: z.string().optional(),
});

/** What the farm knows of a film. Times are in milliseconds of the epoch. */
export type FilmRecord = z.infer<typeof recordSchema>;

const keyOf = (farm: Farm, id: string) => farm.key('film', id);
const indexOf = (farm: Farm) => farm.key('films');

/** What the record itself is made of: beside it are notes, one or more for each segment. */
const FIELDS = Object.keys(recordSchema.shape);

/** Where a film's events are. */
export const eventsKey = (farm: Farm, id: string) => farm.key('film', id, 'events');

/** The record of a film; undefined where the farm has none. Throws `JOB_INVALID` where it is not what Filmgate writes. */
export async function readRecord(farm: Farm, id: string): Promise<FilmRecord | undefined> {
  const values = await farm.redis.hmget(keyOf(farm, id), ...FIELDS);
  const fields = Object.fromEntries(FIELDS.map((name, index) => [name, values[index] ?? undefined]));
  return fields.state === undefined ? undefined : checked(recordSchema, fields, `the record of film ${id}`);
}

/**
 * The same for an id that somebody has typed.
 *
 * @throws FilmgateError `FILM_UNKNOWN`
 */
export async function knownRecord(farm: Farm, id: string): Promise<FilmRecord> {
  const isId = filmId.safeParse(id).success;
  const record = isId ? await readRecord(farm, id) : undefined;
  if (record) return record;
  throw new FilmgateError('FILM_UNKNOWN', `the farm knows no film ${id}; filmgate farm list shows all`);
}

export type NewRecord = Pick<FilmRecord, 'run' | 'environment' | 'queue' | 'name' | 'storage'>;

/** Begins a film anew; what was known of an earlier run is forgotten. */
export async function beginRecord(farm: Farm, id: string, record: NewRecord): Promise<void> {
  const handedIn = Date.now();
  const { environment, ...rest } = record;
  const fields = { ...rest, environment: JSON.stringify(environment), state: 'queued', handedIn };
  await farm.redis
    .multi()
    .del(keyOf(farm, id), eventsKey(farm, id))
    .hset(keyOf(farm, id), fields)
    .zadd(indexOf(farm), String(handedIn), id)
    .exec();
}

const CHANGE = `
local now = redis.call('HMGET', KEYS[1], 'state', 'run')
if now[2] ~= ARGV[1] then return 0 end
for from in string.gmatch(ARGV[2], '%a+') do
  if now[1] == from then
    for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
    return 1
  end
end
return 0`;

/** Changes a record, if it is still of this run and in one of the states. Returns whether it was. */
export async function changeRecord(
  farm: Farm,
  id: string,
  run: string,
  from: readonly FilmState[],
  fields: Partial<Record<keyof FilmRecord, string | number>>,
): Promise<boolean> {
  const values = Object.entries(fields).flat().map(String);
  const changed = await farm.redis.eval(CHANGE, 1, keyOf(farm, id), run, from.join(' '), ...values);
  return changed === 1;
}

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

/** Ids of all films, the newest last. */
export async function allFilms(farm: Farm): Promise<string[]> {
  return farm.redis.zrange(indexOf(farm), '0', '-1');
}

/** Forgets a film. */
export async function removeRecord(farm: Farm, id: string): Promise<void> {
  await farm.redis.multi().del(keyOf(farm, id), eventsKey(farm, id)).zrem(indexOf(farm), id).exec();
}
