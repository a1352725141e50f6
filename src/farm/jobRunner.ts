import { randomBytes } from 'node:crypto';
import { type Job, UnrecoverableError } from 'bullmq';
import { FilmgateError, messageOf } from '../errors';
import { assembleFilm } from '../films/assembleFilm';
import { environmentKey, type Machine } from '../films/environment';
import { checked } from '../films/schemas';
import { debug } from '../process/debug';
import { type Attempt, attemptsAt, failFilm, isWorthAnother, noteAttempt } from './failures';
import { countSegment, forgetNote } from './filmNotes';
import { ACTIVE, changeRecord, type FilmRecord, readRecord } from './filmRecord';
import { addPlanJob } from './handIn';
import { HeldJob } from './heldJob';
import { type FilmJob, jobSchema } from './jobs';
import { layOut, noteTurn } from './planJob';
import { renderSegmentJob, type SegmentTools } from './segmentJob';
import { liveWorkers } from './workers';

const MOST_REPAIRS = 3; // times that damaged segments of a film are rendered again

/** What a worker does its jobs with. */
export interface RunnerTools extends SegmentTools {
  readonly machine: Machine;
  /** How long a job is locked, in milliseconds, after its worker was last heard of. */
  readonly lockDuration: number;
  /** Is told what was done, in words. */
  log(text: string): void;
}

/** Does one job, and tells BullMQ how it ended. Never rejects. */
export async function runJob(
  tools: RunnerTools,
  job: Job,
  token: string,
  left: () => void,
  onHeld: (held: HeldJob) => () => void,
): Promise<void> {
  const { farm, lockDuration } = tools;
  const end = (ending: Promise<unknown>) =>
    ending.catch((error) => debug('job %s has another worker by now: %s', job.id, messageOf(error)));
  let data: FilmJob;
  try {
    data = checked(jobSchema, job.data, `job ${job.id}`);
  } catch (error) {
    tools.log(messageOf(error));
    await end(job.moveToFailed(new UnrecoverableError(messageOf(error)), token, false));
    return;
  }
  const held = new HeldJob(farm, data, { job, token, duration: lockDuration });
  const release = onHeld(held);
  try {
    await doJob(tools, job, token, held, left);
    await end(job.moveToCompleted(null, token, false));
  } catch (error) {
    if (error instanceof Postponed || held.reason === 'lost') return; // The job is another's.
    if (held.reason === 'closing') await end(job.moveToWait(token));
    else if (held.reason === undefined) await end(failJob(tools, job, token, held, error));
    else await end(job.moveToCompleted(null, token, false));
  } finally {
    held.letGo();
    release();
  }
}

/** The job was left to another worker. */
class Postponed extends Error {}

async function doJob(
  tools: RunnerTools,
  job: Job,
  token: string,
  held: HeldJob,
  left: () => void,
): Promise<void> {
  const { farm, storage, sessions, machine, log, name } = tools;
  const { film, run, segment } = held.data;
  const record = await readRecord(farm, film);
  if (!record || record.run !== run || !ACTIVE.includes(record.state)) return; // Nobody wants it any more.
  if (job.deferredFailure !== undefined) {
    const message = `its worker died, again and again: ${job.deferredFailure}`;
    throw new FilmgateError('WORKER_DIED', message);
  }
  const begun = performance.now();
  if (job.name === 'plan') {
    await sessions.use(film, 0, held.dropped, (session) => layOut(farm, storage, held.data, record, session));
    await forgetNote(farm, held.data, 'failed'); // Or else the job that puts the film together would count it.
    log(`film ${film}: planned`);
  } else if (job.name === 'segment') {
    await leaveToOthers(tools, job, token, held.data, record);
    await noteTurn(farm, record.queue, job.priority);
    const entry = await renderSegmentJob(tools, held, left);
    await countSegment(farm, held.data, name, performance.now() - begun);
    log(`film ${film}: segment ${entry.segment + 1}, ${seconds(begun)}`);
  } else if (await changeRecord(farm, film, run, ['rendering', 'assembling'], { state: 'assembling' })) {
    await assembleFilm(storage, film, machine, held.dropped);
    await changeRecord(farm, film, run, ['assembling'], { state: 'done' });
    log(`film ${film}: put together, ${seconds(begun)}`);
  }
  debug('%s: job %s of film %s, segment %s, is done', name, job.name, film, segment);
}

/** Who has failed at a segment leaves it to others, as long as there are any. */
async function leaveToOthers(
  { farm, name }: RunnerTools,
  job: Job,
  token: string,
  data: FilmJob,
  record: FilmRecord,
): Promise<void> {
  const failed = new Set((await attemptsAt(farm, data)).map(({ worker }) => worker));
  if (!failed.has(name)) return;
  const others = (await liveWorkers(farm)).filter(
    (worker) => environmentKey(worker.environment) === record.queue && !failed.has(worker.name),
  );
  if (others.length === 0) return;
  await job.moveToDelayed(Date.now() + 1000, token);
  throw new Postponed();
}

async function failJob(
  { farm, name, log }: RunnerTools,
  job: Job,
  token: string,
  held: HeldJob,
  error: unknown,
): Promise<void> {
  if (!(await held.renew())) return; // It may have failed only since another has it.
  const { data } = held;
  const record = await readRecord(farm, data.film).catch(() => undefined);
  const message = messageOf(error);
  log(`film ${data.film}: ${job.name} failed: ${message}`);
  const isDamaged = FilmgateError.is(error) && error.code === 'STORAGE_DAMAGED' && job.name === 'assemble';
  if (isDamaged && record && (await repair(farm, data, record))) {
    await job.moveToCompleted(null, token, false);
    return;
  }
  const attempts: Attempt[] = await noteAttempt(farm, data, name, error);
  const isOver = job.deferredFailure !== undefined || !isWorthAnother(error, attempts) || !hasTriesLeft(job);
  if (isOver && record) await failFilm(farm, data, record, attempts);
  await job.moveToFailed(isOver ? new UnrecoverableError(message) : new Error(message), token, false);
}

function hasTriesLeft({ attemptsMade, opts: { attempts = 1 } }: Job): boolean {
  return attemptsMade + 1 < attempts;
}

/** Plans a film again of which segments in storage were damaged: only those are rendered. */
async function repair(
  farm: SegmentTools['farm'],
  { film, run }: FilmJob,
  { queue, repairs }: FilmRecord,
): Promise<boolean> {
  if (repairs === MOST_REPAIRS) return false;
  const next = randomBytes(4).toString('hex');
  const fields = { state: 'queued', run: next, repairs: repairs + 1 };
  if (await changeRecord(farm, film, run, ['assembling'], fields))
    await addPlanJob(farm, queue, { film, run: next });
  return true;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
