import { filmKeys } from '../films/filmKeys';
import type { FilmSession } from '../films/filmSession';
import { enterPlan } from '../films/planFilm';
import type { FilmPlan } from '../films/schemas';
import { doneSegments } from '../films/segmentEntries';
import type { PlannedRender } from '../frames/events';
import type { Storage } from '../storage/storage';
import { removeJobs } from './cancel';
import type { Farm } from './connect';
import { ACTIVE, changeRecord, type FilmRecord, readRecord } from './filmRecord';
import { type FilmJob, JOB_OPTIONS, jobId, LAST_PRIORITY } from './jobs';

/**
 * Lays out the jobs of a film: one for each segment that is not in storage yet, and one that waits for all of them to put
 * the video together. Doing it again adds nothing.
 */
export async function layOut(
  farm: Farm,
  storage: Storage,
  job: FilmJob,
  record: FilmRecord,
  session: FilmSession,
): Promise<void> {
  const { film, run } = job;
  const plan = await enterPlan(storage, film, session);
  const queue = farm.queue(record.queue);
  if (await queue.getJob(jobId('assemble', { film, run }))) return;
  const done = await doneSegments(storage, film, plan.extension);
  const todo = plan.segments.filter(({ segment }) => !done.has(segment));
  const planned = JSON.stringify(plannedRender(record.name, plan, session));
  const resumed = JSON.stringify([...done]);
  const fields = { state: 'rendering', planned, segments: plan.segments.length, done: done.size, resumed };
  if (!(await changeRecord(farm, film, run, ['queued', 'rendering', 'assembling'], fields))) return;
  await storage.remove([filmKeys.result(film)]); // Of a video that turned out to be damaged.
  const base = await turn(farm, record.queue);
  await farm.flows.add({
    name: 'assemble',
    queueName: queue.name,
    data: { film, run },
    opts: { ...JOB_OPTIONS.assemble, jobId: jobId('assemble', { film, run }) },
    children: todo.map(({ segment }, index) => ({
      name: 'segment',
      queueName: queue.name,
      data: { film, run, segment },
      opts: {
        ...JOB_OPTIONS.segment,
        jobId: jobId('segment', { film, run, segment }),
        priority: Math.min(base + index + 1, LAST_PRIORITY),
      },
    })),
  });
  const now = await readRecord(farm, film);
  if (now?.run !== run || !ACTIVE.includes(now.state)) await removeJobs(farm, film, record); // It was cancelled meanwhile.
}

/** Notes whose turn it is: films that come later begin here, and have their segments rendered in turns with others'. */
export async function noteTurn(farm: Farm, queue: string, priority: number): Promise<void> {
  await farm.redis.set(farm.key('turn', queue), priority, 'EX', 86_400);
}

/** The priority that has been served last; 0 where nothing waits. */
async function turn(farm: Farm, key: string): Promise<number> {
  const { prioritized = 0 } = await farm.queue(key).getJobCounts('prioritized');
  return prioritized === 0 ? 0 : Number((await farm.redis.get(farm.key('turn', key))) ?? 0);
}

function plannedRender(output: string, plan: FilmPlan, session: FilmSession): PlannedRender {
  return {
    output,
    size: { width: plan.format.width, height: plan.format.height },
    fps: plan.fps,
    range: plan.range,
    workers: [], // They show themselves as soon as they are ready.
    window: session.window,
    memory: session.memory,
    encoder: plan.encoder,
    pixelFormat: plan.pixelFormat,
    ffmpeg: session.ffmpegVersion,
    segments: plan.segments.length,
    resumedSegments: 0,
    resumedFrames: 0,
    lanes: 1,
  };
}
