import { Observable } from 'rxjs';
import { ERROR_KINDS, type ErrorCode, FilmgateError } from '../errors';
import { readPlan } from '../films/filmPlan';
import { doneSegments } from '../films/segmentEntries';
import type { PlannedRender, RenderEvent } from '../frames/events';
import type { Storage } from '../storage/storage';
import type { Farm } from './connect';
import { batchText } from './eventBatch';
import { FarmEvents } from './farmEvents';
import { eventsKey, type FilmRecord, readRecord } from './filmRecord';
import { addPlanJob, type HandedIn } from './handIn';
import { jobId } from './jobs';
import { environmentProblem, liveWorkers } from './workers';

const WAIT = 500; // ms, in which Redis may answer with events before the film's state is looked at again.
const CHECK = 2000; // ms between two looks at whether the film has workers and jobs.
const LOST_AFTER = 5; // looks at a film without a job, until it is planned again.

type FollowedFilm = Pick<HandedIn, 'id' | 'isNew'>;

/**
 * Tells of a film as a render of this machine would, until its video is in storage: of a new one from its beginning, of
 * any other from now on.
 */
export function followFilm(
  farm: Farm,
  storage: Storage,
  { id, isNew }: FollowedFilm,
): Observable<RenderEvent> {
  return new Observable((subscriber) => {
    const redis = farm.redis.duplicate(); // It waits, and holds everything behind it up.
    redis.on('error', () => {});
    let isLost = false;
    redis.on('ready', () => {
      isLost = false;
    });
    redis.on('close', () => {
      if (subscriber.closed || isLost) return;
      isLost = true;
      subscriber.next({ type: 'warning', message: 'the connection to the farm is lost, and is tried again' });
    });
    const follower = new Follower(farm, storage, { id, isNew }, (event) => subscriber.next(event));
    const look = async () => {
      const record = await readRecord(farm, id);
      if (!record) throw gone(id);
      return follower.look(record);
    };
    const follow = async () => {
      let after = '0';
      while (!subscriber.closed) {
        const isOver = await look();
        const key = eventsKey(farm, id);
        const read = isOver
          ? await redis.xread('COUNT', 1000, 'STREAMS', key, after)
          : await redis.xread('COUNT', 1000, 'BLOCK', WAIT, 'STREAMS', key, after);
        if (read && !follower.hasBegun) await look(); // It was planned meanwhile, and that comes first.
        for (const [entry, [, text = '']] of read?.[0]?.[1] ?? []) {
          after = entry;
          follower.read(text);
        }
        if (isOver && !read) return subscriber.complete();
      }
    };
    redis
      .connect()
      .catch(() => {}) // It may be connecting already.
      .then(follow)
      .catch((error) => subscriber.error(error));
    return () => redis.disconnect();
  });
}

/** What is known of a film while it is followed. */
class Follower {
  private events: FarmEvents | undefined;
  private isAssembling = false;
  private warned: string | undefined;
  private looksWithoutJob = 0;
  private nextCheck = 0;

  constructor(
    private readonly farm: Farm,
    private readonly storage: Storage,
    private readonly film: FollowedFilm,
    private readonly tell: (event: RenderEvent) => void,
  ) {}

  /** Whether the plan was told: events before that would be lost. */
  get hasBegun(): boolean {
    return this.events !== undefined;
  }

  /** Takes in the film's record. Returns whether the video is there; throws where there will be none. */
  async look(record: FilmRecord): Promise<boolean> {
    if (record.planned && !this.events) await this.begin(record, record.planned);
    if (record.state === 'assembling' && !this.isAssembling) {
      this.isAssembling = true;
      this.tell({ type: 'assembling', segments: record.segments ?? 1 });
    }
    if (record.state === 'failed') throw failure(record);
    if (record.state === 'cancelled')
      throw new FilmgateError('CANCELLED', `film ${this.film.id} was cancelled`);
    if (record.state === 'done') return true;
    if (performance.now() < this.nextCheck) return false; // Events come by many times a second.
    await this.warnWithoutWorker(record);
    await this.planAgainIfLost(record);
    this.nextCheck = performance.now() + CHECK;
    return false;
  }

  /** What was done before counts as resumed. A film that is not new may have done more than its kept events tell. */
  private async begin(record: FilmRecord, plan: PlannedRender): Promise<void> {
    const { id, isNew } = this.film;
    const { segments = [], extension = '' } = (await readPlan(this.storage, id)) ?? {};
    const done = isNew ? new Set(record.resumed) : await doneSegments(this.storage, id, extension);
    const resumed = segments.filter(({ segment }) => done.has(segment));
    const resumedFrames = resumed.reduce((sum, { count }) => sum + count, 0);
    this.tell({ type: 'planned', plan: { ...plan, resumedSegments: resumed.length, resumedFrames } });
    const cells = segments.map(({ segment, first, count }) => ({
      range: { first, count },
      isResumed: done.has(segment),
    }));
    if (cells.length > 0) this.tell({ type: 'segmentsPlanned', segments: cells });
    this.events = new FarmEvents(resumed);
  }

  read(text: string): void {
    const { success, data } = batchText.safeParse(text);
    if (!success || !this.events) return;
    for (const event of this.events.expand(data)) this.tell(event);
  }

  private async warnWithoutWorker({ environment }: FilmRecord): Promise<void> {
    const problem = environmentProblem(await liveWorkers(this.farm), environment)?.message;
    if (problem && problem !== this.warned) this.tell({ type: 'warning', message: problem });
    this.warned = problem;
  }

  /** A Redis that was restarted without its last second may have lost a film's jobs, and not its record. */
  private async planAgainIfLost({ run, queue: key }: FilmRecord): Promise<void> {
    const queue = this.farm.queue(key);
    const ids = (['plan', 'assemble'] as const).map((name) => jobId(name, { film: this.film.id, run }));
    const jobs = await Promise.all(ids.map((one) => queue.getJob(one)));
    this.looksWithoutJob = jobs.some((job) => job !== undefined) ? 0 : this.looksWithoutJob + 1;
    if (this.looksWithoutJob < LOST_AFTER) return;
    this.looksWithoutJob = 0;
    await addPlanJob(this.farm, key, { film: this.film.id, run });
  }
}

/** What a worker has said of why a film failed, as an error again. */
function failure({ error }: FilmRecord): FilmgateError {
  const { code = '', message = 'the film failed, and why is not known' } = error ?? {};
  return new FilmgateError(code in ERROR_KINDS ? (code as ErrorCode) : 'JOB_INVALID', message);
}

function gone(id: string): FilmgateError {
  return new FilmgateError('FILM_UNKNOWN', `film ${id} was removed from the farm while it was rendered`);
}
