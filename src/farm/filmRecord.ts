import { z } from 'zod';
import { FilmgateError } from '../errors';
import { checked, environmentSchema, filmId, jsonOf } from '../films/schemas';
import type { PlannedRender } from '../frames/events';
import type { Farm } from './connect';

/** How far a film is. */
export type FilmState = 'queued' | 'rendering' | 'assembling' | 'done' | 'failed' | 'cancelled';

/** The states in which somebody works on a film, or will. */
export const ACTIVE: readonly FilmState[] = ['queued', 'rendering', 'assembling'];
const ENDED: readonly FilmState[] = ['done', 'failed', 'cancelled'];

const count = z.coerce.number().int().nonnegative();
const recordSchema = z.object({
  state: z.enum([...ACTIVE, ...ENDED]),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  environment: jsonOf(environmentSchema),
  /** The short name of the environment, which names its queue. */
  queue: z.string().regex(/^[0-9a-f]{12}$/),
  /** The video's file name, for people. */
  name: z.string(),
  handedIn: count,
  storage: z.string(),
  /** What a local render would tell of its plan. */
  planned: jsonOf(z.looseObject({}).transform((plan) => plan as unknown as PlannedRender)).optional(),
  /** Segments that were in storage when the film was planned. */
  resumed: jsonOf(z.array(count)).optional(),
  segments: count.optional(),
  done: count.default(0),
  /** Segments of which it is known how long they took, and how long that was, in milliseconds. */
  timed: count.default(0),
  busy: count.default(0),
  /** How often segments that were damaged in storage were rendered again. */
  repairs: count.default(0),
  /** Why it failed. */
  error: jsonOf(z.object({ code: z.string(), message: z.string() })).optional(),
});

/** What the farm knows of a film. Times are in milliseconds of the epoch. */
export type FilmRecord = z.infer<typeof recordSchema>;

/** Where a film's record is, with the notes beside it (filmNotes.ts). */
export const keyOf = (farm: Farm, id: string) => farm.key('film', id);
const indexOf = (farm: Farm) => farm.key('films');

/** What the record itself is made of: beside it are notes, one or more for each segment. */
const FIELDS = Object.keys(recordSchema.shape);

/** Where a film's events are. */
export const eventsKey = (farm: Farm, id: string) => farm.key('film', id, 'events');

/** The record of a film; undefined where the farm has none. Throws `JOB_INVALID` where it is not what Filmgate writes. */
export async function readRecord(farm: Farm, id: string): Promise<FilmRecord | undefined> {
  const values = await farm.redis.hmget(keyOf(farm, id), ...FIELDS);
  const fields = Object.fromEntries(FIELDS.map((name, index) => [name, values[index] ?? undefined]));
  if (fields.state === undefined) return undefined;
  const fix = `filmgate farm clean ${id} removes the film`;
  return checked(recordSchema, fields, `the record of film ${id}`, fix);
}

/**
 * The same for an id that somebody has typed.
 *
 * @throws FilmgateError `FILM_UNKNOWN`, `JOB_INVALID`
 */
export async function knownRecord(farm: Farm, id: string): Promise<FilmRecord> {
  checkId(id);
  const record = await readRecord(farm, id);
  if (record) return record;
  throw unknownFilm(id);
}

/** Throws `FILM_UNKNOWN` at what cannot be a film's id. */
export function checkId(id: string): void {
  if (!filmId.safeParse(id).success) throw unknownFilm(id);
}

export function unknownFilm(id: string): FilmgateError {
  return new FilmgateError('FILM_UNKNOWN', `the farm knows no film ${id}; filmgate farm list shows all`);
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

/** Lets no worker go on with a film whose record is damaged. */
export async function endDamaged(farm: Farm, id: string): Promise<void> {
  const state: FilmState = 'cancelled';
  await farm.redis.hset(keyOf(farm, id), { state });
}

/** Ids of all films, the newest last. */
export async function allFilms(farm: Farm): Promise<string[]> {
  return farm.redis.zrange(indexOf(farm), '0', '-1');
}

/** Forgets a film. */
export async function removeRecord(farm: Farm, id: string): Promise<void> {
  await farm.redis.multi().del(keyOf(farm, id), eventsKey(farm, id)).zrem(indexOf(farm), id).exec();
}
