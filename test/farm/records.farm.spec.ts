import { type Job, Worker } from 'bullmq';
import { expect } from 'chai';
import { connectFarm, type Farm } from '../../src/farm/connect';
import { copyOne } from '../../src/farm/copies';
import { attemptsAt, noteAttempt } from '../../src/farm/failures';
import { addEvents, claim, countSegment, forgetNote, glance, note } from '../../src/farm/filmNotes';
import { beginRecord, changeRecord, eventsKey, readRecord, removeRecord } from '../../src/farm/filmRecord';
import { HeldJob } from '../../src/farm/heldJob';
import { type RunnerTools, runJob } from '../../src/farm/jobRunner';
import { type FilmJob, jobId } from '../../src/farm/jobs';
import { Reporter } from '../../src/farm/reporter';
import type { SegmentTools } from '../../src/farm/segmentJob';
import { announce } from '../../src/farm/workers';
import { RedisServer } from '../support/redisServer';
import { rejection } from '../support/rejection';

describe('what a farm knows of a film', () => {
  const film = 'f'.repeat(32);
  const queue = 'a'.repeat(12);
  const job = { film, run: '00000001', segment: 3 };
  const environment = { filmgate: '1', ffmpeg: '7', node: '22', system: 'linux', packages: {} };
  let redis: RedisServer;
  let farm: Farm;

  beforeEach(async () => {
    redis = await RedisServer.start();
    farm = await connectFarm(redis.url);
    await beginRecord(farm, film, { run: job.run, environment, queue, name: 'film.mp4', storage: 's' });
  });
  afterEach(async () => {
    await farm.close();
    await redis.stop();
  });

  /** A job that a worker has, and a way to give it to another. */
  async function taken(name: 'plan' | 'segment' = 'segment', data: FilmJob = job) {
    const queued = farm.queue(queue);
    await queued.add(name, data, { jobId: jobId(name, data) });
    const worker = new Worker(queued.name, null, { ...farm.options, autorun: false });
    const own = await worker.getNextJob('ours');
    if (!own) throw new Error('there is no job');
    const lose = () => farm.redis.set(`${queued.toKey(own.id ?? '')}:lock`, 'of another');
    return { own, lose, close: () => worker.close() };
  }

  /** Does a job with as much of a worker as it needs. */
  function run(own: Job, given: object): Promise<void> {
    const tools = { farm, name: 'w1', lockDuration: 10_000, log() {}, ...given } as unknown as RunnerTools;
    return runJob(
      tools,
      own,
      'ours',
      () => {},
      () => () => {},
    );
  }

  it('drops a job whose lock has become that of another worker', async () => {
    const { own, lose, close } = await taken();
    const held = new HeldJob(farm, job, { job: own, token: 'ours', duration: 300 });
    expect(await held.renew()).to.equal(true);
    await lose();
    await new Promise((resolve) => held.dropped.addEventListener('abort', resolve));
    expect(held.reason).to.equal('lost');
    held.letGo();
    await close();
  });

  it('does not count a failure of a job that is another worker’s by then', async () => {
    const { own, lose, close } = await taken();
    const sessions = {
      async use() {
        await lose();
        throw new Error('the file of the segment has gone');
      },
    };
    const storage = { read: async () => undefined };
    await run(own, { storage, sessions });
    expect(await attemptsAt(farm, job)).to.deep.equal([]);
    expect(await own.getState()).to.equal('active');
    await close();
  });

  it('does not count what failed while a film was planned against putting it together', async () => {
    const plan = { film, run: job.run };
    await noteAttempt(farm, plan, 'w1', new Error('the storage was away'));
    const { own, close } = await taken('plan', plan);
    await run(own, { storage: {}, sessions: { async use() {} } });
    expect(await attemptsAt(farm, plan)).to.deep.equal([]);
    await close();
  });

  it('forgets with a new run what was done, copied and failed in the one before', async () => {
    await countSegment(farm, job, 'w1', 10);
    await claim(farm, job, 'copy', 'w1');
    await noteAttempt(farm, job, 'w1', new Error('the lamp broke'));
    const next = { ...job, run: '00000002' };
    await changeRecord(farm, film, job.run, ['queued'], { run: next.run });
    expect(await glance(farm, next, 'done')).to.deep.equal({ isWanted: true, note: undefined });
    expect(await claim(farm, next, 'copy', 'w2')).to.equal(true);
    expect(await attemptsAt(farm, next)).to.deep.equal([]);
  });

  it('counts a segment once, whether it was rendered by one worker or copied by another', async () => {
    await countSegment(farm, job, 'w1', 10);
    await countSegment(farm, job, 'w2', 30);
    await countSegment(farm, { ...job, segment: 4 }, 'w2', 20);
    expect(await readRecord(farm, film)).to.include({ done: 2, timed: 2, busy: 30 });
  });

  const sessions = {
    async use(_film: string, _segment: number, dropped: AbortSignal) {
      dropped.throwIfAborted();
    },
  };
  const storage = { read: async () => undefined };
  const copier = () => ({ farm, storage, sessions, name: 'w2' }) as unknown as SegmentTools;
  const dropping = (held: HeldJob) => {
    held.drop('stale');
    return () => {};
  };

  it('lets a segment be copied again whose copier was killed', async () => {
    const { close } = await taken();
    await countSegment(farm, { ...job, segment: 4 }, 'w1', 0);
    await announce(farm, { name: 'w1', environment, storage: 's', place: 'p' });
    for (const name of ['w1', 'gone', 'w2']) {
      await claim(farm, job, 'copy', name);
      expect(await copyOne(copier(), queue, dropping)).to.equal(false);
      expect(await copyOne(copier(), queue, dropping)).to.equal(name !== 'w1');
      await forgetNote(farm, job, 'copy');
    }
    await close();
  });

  it('lets a segment be copied again whose copy was dropped', async () => {
    const { close } = await taken();
    await countSegment(farm, { ...job, segment: 4 }, 'w1', 0); // By now the other one has taken longer than usual.
    expect(await copyOne(copier(), queue, dropping)).to.equal(true);
    expect(await claim(farm, job, 'copy', 'w3')).to.equal(true);
    await announce(farm, { name: 'w3', environment, storage: 's', place: 'p' });
    expect(await copyOne(copier(), queue, dropping)).to.equal(false);
    await close();
  });

  it('brings nothing back of a film that was removed', async () => {
    await removeRecord(farm, film);
    await countSegment(farm, job, 'w1', 10);
    await note(farm, job, 'failed', '[]');
    expect(await claim(farm, job, 'copy', 'w1')).to.equal(false);
    await forgetNote(farm, job, 'copy');
    await addEvents(farm, job, { by: 'w1', segment: 3 }, { kept: 10, keptFor: 10 });
    expect(await redis.keys()).to.deep.equal([]);
  });

  it('takes a record without a state for none', async () => {
    await removeRecord(farm, film);
    await farm.redis.hset(farm.key('film', film), 'done', 1);
    expect(await readRecord(farm, film)).to.equal(undefined);
  });

  it('says so where a note is not what Filmgate writes', async () => {
    await note(farm, job, 'failed', '[{}]');
    const { message } = await rejection(attemptsAt(farm, job), 'JOB_INVALID');
    expect(message).to.equal(
      `what failed at film ${film} is not what Filmgate writes: 0.worker: Invalid input: expected string, received undefined`,
    );
  });

  it('tells of two segments that a worker has at a time in the order in which they were begun', async () => {
    const [first, second] = [new Reporter(farm, job, 'a'), new Reporter(farm, { ...job, segment: 4 }, 'a')];
    second.add({ type: 'requested', index: 80 });
    first.add({ type: 'written', index: 79 });
    await second.close();
    await first.close();
    const told = await farm.redis.xrange(eventsKey(farm, film), '-', '+');
    const segments = told.map(([, [, text = '']]) => JSON.parse(text).segment);
    expect(segments).to.deep.equal([3, 4]);
  });
});
