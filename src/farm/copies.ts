import type { Job } from 'bullmq';
import { messageOf } from '../errors';
import { checked } from '../films/schemas';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { claim, countSegment, forgetNote, glance } from './filmNotes';
import { readRecord } from './filmRecord';
import { HeldJob } from './heldJob';
import { jobSchema } from './jobs';
import { renderSegmentJob, type SegmentTools } from './segmentJob';
import { liveWorkers } from './workers';

const FIRST_AGE = 10_000; // ms that a segment has to take before it is copied, where no other was finished yet.
const LOOKED_AT = 100; // active jobs, the ones that began first
const LOOK = 1000; // ms

/**
 * When nothing is left to begin, a worker that is idle renders once more what has taken longer than segments of that film
 * usually do: its worker may be slow, or stand still. The first one that is verified counts. Returns whether it did.
 */
export async function copyOne(tools: SegmentTools, queueKey: string, onHeld: (held: HeldJob) => () => void) {
  const { farm, name } = tools;
  const chosen = await chooseJob(farm, queueKey, name);
  if (!chosen) return false;
  const { film, segment = 0 } = chosen;
  const held = new HeldJob(farm, chosen);
  const release = onHeld(held);
  const timer = setInterval(() => {
    waiting(farm, queueKey).then(
      (count) => count > 0 && held.drop('stale'),
      () => {},
    );
  }, LOOK);
  debug('segment %d of film %s is copied', segment + 1, film);
  const begun = performance.now();
  try {
    await renderSegmentJob(tools, held, () => {});
    await countSegment(farm, chosen, name, performance.now() - begun);
  } catch (error) {
    debug('the copy of segment %d came to nothing: %s', segment + 1, messageOf(error));
    await forgetNote(farm, chosen, 'copy').catch(() => {}); // Another may try it again.
  } finally {
    clearInterval(timer);
    held.letGo();
    release();
  }
  return true;
}

async function chooseJob(farm: Farm, queueKey: string, name: string) {
  const active = await farm.queue(queueKey).getActive(0, LOOKED_AT - 1);
  const oldest = active.filter((job): job is Job => job?.name === 'segment').sort((a, b) => age(b) - age(a));
  for (const job of oldest) {
    const data = checked(jobSchema, job.data, 'a job');
    const { isWanted, note } = await glance(farm, data, 'done');
    const record = isWanted && note === undefined ? await readRecord(farm, data.film) : undefined;
    if (!record) continue;
    const usual = record.timed > 0 ? record.busy / record.timed : FIRST_AGE;
    if (age(job) < usual) continue;
    if (await claim(farm, data, 'copy', name)) return data;
    const { note: copier } = await glance(farm, data, 'copy');
    const isAtWork = copier !== name && (await liveWorkers(farm)).some((worker) => worker.name === copier);
    if (!isAtWork) await forgetNote(farm, data, 'copy'); // It was killed: the next look finds the segment free.
  }
  return undefined;
}

function age({ processedOn = Date.now() }: Job): number {
  return Date.now() - processedOn;
}

async function waiting(farm: Farm, queueKey: string): Promise<number> {
  const { prioritized = 0, wait = 0 } = await farm.queue(queueKey).getJobCounts('prioritized', 'wait');
  return prioritized + wait;
}
