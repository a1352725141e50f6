import { expect } from 'chai';
import fc from 'fast-check';
import { type Observable, of } from 'rxjs';
import { WorkerPool } from '../../src/capture/pool';
import type { FrameRequest } from '../../src/capture/source';
import { FilmgateError } from '../../src/errors';
import type { CaptureEvent } from '../../src/frames/events';
import type { Frame } from '../../src/frames/frame';
import { FakeCaptureWorker } from '../support/fakeCaptureWorker';
import { FakePool } from '../support/fakePool';
import { settle } from '../support/settle';

describe('WorkerPool', () => {
  const pools: WorkerPool[] = [];

  afterEach(() => Promise.allSettled(pools.splice(0).map((pool) => pool.close())));

  /** A pool over fakes, and what its captures came to. */
  function poolOf(workers: readonly FakeCaptureWorker[]) {
    const rest = [...workers];
    const names = workers.map((_, at) => `worker ${at + 1}`);
    const pool = new WorkerPool({ names, open: () => rest.shift() as FakeCaptureWorker, maxTries: 1 });
    pools.push(pool);
    const delivered: number[] = [];
    const errors: unknown[] = [];
    const request = (index: number, frames: Observable<Frame> = pool.capture(index)) =>
      frames.subscribe({
        next: (frame) => delivered.push(frame.index),
        error: (error) => errors.push(error),
      });
    return { pool, delivered, errors, request };
  }

  const fakes = (count: number) => Array.from({ length: count }, () => new FakeCaptureWorker());
  const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

  it('begins with the first worker that is ready, without waiting for the others', async () => {
    const workers = fakes(3);
    const [slow, fast, never] = workers as [FakeCaptureWorker, FakeCaptureWorker, FakeCaptureWorker];
    const { request, delivered } = poolOf(workers);
    for (const index of indices(4)) request(index);
    await fast.start();
    fast.deliver();
    fast.deliver();
    expect(delivered).to.deep.equal([0, 1]);
    await slow.start();
    expect([slow.asked, fast.asked, never.asked]).to.deep.equal([[3], [0, 1, 2], []]);
  });

  it('ends its workers with the last frame, also one that has not started yet', async () => {
    const fake = new FakePool(2, { frames: 2 });
    for (const index of indices(2)) fake.request(index);
    await settle();
    await fake.worker(1).start();
    fake.worker(1).deliver();
    expect(fake.alive).to.equal(2);
    fake.worker(1).deliver();
    await settle();
    expect([fake.delivered, fake.alive, fake.errors]).to.deep.equal([[0, 1], 0, []]);
    expect(fake.count()).to.equal(2);
  });

  it('tells whoever closes it what went wrong when a worker ended with the last frame', async () => {
    const fake = new FakePool(1, { frames: 1 }, async () => {
      throw new Error('it cannot be closed');
    });
    fake.request(0);
    await settle();
    await fake.worker(1).start();
    fake.worker(1).deliver();
    await settle();
    const told = await fake.pool.close().catch((error) => error);
    expect(told).to.have.property('message', 'it cannot be closed');
  });

  it('gives the next frame to whichever worker is free', async () => {
    const workers = fakes(2);
    const [slow, fast] = workers as [FakeCaptureWorker, FakeCaptureWorker];
    const { request } = poolOf(workers);
    await slow.start();
    await fast.start();
    for (const index of indices(10)) request(index);
    for (let frame = 0; frame < 8; frame += 1) fast.deliver();
    expect([slow.asked, fast.asked]).to.deep.equal([[0], [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('captures each frame once, with ascending indices for each worker, in whatever order they deliver', async () => {
    const schedule = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.nat({ max: 5 }), { maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(schedule, async ([count, turns]) => {
        const workers = fakes(count);
        const { request, delivered } = poolOf(workers);
        for (const index of indices(60)) request(index);
        for (const worker of workers) await worker.start();
        const deliverAll = () =>
          workers.filter(({ isBusy }) => isBusy).map((worker) => worker.deliver()).length;
        for (const turn of turns) {
          const worker = workers[turn % count] as FakeCaptureWorker;
          if (worker.isBusy) worker.deliver();
        }
        while (deliverAll() > 0);
        expect(delivered.toSorted((a, b) => a - b)).to.deep.equal(indices(60));
        for (const { asked } of workers) expect(asked).to.deep.equal(asked.toSorted((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('lends a worker again before its frame goes on', async () => {
    const [worker] = fakes(1) as [FakeCaptureWorker];
    const { pool, request } = poolOf([worker]);
    await worker.start();
    let askedMeanwhile: number[] = [];
    pool.capture(0).subscribe(() => {
      askedMeanwhile = [...worker.asked];
    });
    request(1);
    worker.deliver();
    expect(askedMeanwhile).to.deep.equal([0, 1]);
  });

  it('does not recurse with synchronous workers', async () => {
    const worker = { ready: Promise.resolve(), close: async () => {} };
    const capture = ({ index }: FrameRequest) => of({ index, data: new Uint8Array(1) });
    const pool = new WorkerPool({ names: ['worker 1'], open: () => ({ ...worker, capture }) });
    let waited = 0;
    for (const index of indices(10_000)) pool.capture(index).subscribe(() => (waited += 1));
    await settle();
    expect(waited).to.equal(10_000);

    let chained = 0;
    const next = () => {
      chained += 1;
      if (chained < 10_000) pool.capture(chained).subscribe(next);
    };
    pool.capture(0).subscribe(next);
    expect(chained).to.equal(10_000);
  });

  it('passes over a capture that nobody waits for any more', async () => {
    const [worker] = fakes(1) as [FakeCaptureWorker];
    const { request, delivered } = poolOf([worker]);
    await worker.start();
    const subscriptions = indices(4).map((index) => request(index));
    subscriptions[1]?.unsubscribe();
    subscriptions[2]?.unsubscribe();
    worker.deliver();
    worker.deliver();
    expect(worker.asked).to.deep.equal([0, 3]);
    expect(delivered).to.deep.equal([0, 3]);
  });

  it('fails every capture, waiting and to come, with why a worker could not start', async () => {
    const workers = fakes(2);
    const { request, errors, delivered } = poolOf(workers);
    request(0);
    request(1);
    const failure = new FilmgateError('SETUP_FAILED', 'no film in the camera');
    await workers[1]?.failToStart(failure);
    request(2);
    expect(errors).to.deep.equal([failure, failure, failure]);
    expect(delivered).to.deep.equal([]);
  });

  it('fails every capture when a worker cannot be opened, and closes those that could', async () => {
    const [opened] = fakes(1) as [FakeCaptureWorker];
    const failure = new Error('too many');
    const open = (name: string) => {
      if (name === 'worker 2') throw failure;
      return opened;
    };
    const pool = new WorkerPool({ names: ['worker 1', 'worker 2'], open });
    const errors: unknown[] = [];
    pool.capture(0).subscribe({ error: (error) => errors.push(error) });
    await settle();
    pool.capture(1).subscribe({ error: (error) => errors.push(error) });
    expect(errors).to.deep.equal([failure, failure]);
    await pool.close();
    expect(opened.closes).to.equal(1);
  });

  describe('a capture that fails', () => {
    const failWith = async (fail: (worker: FakeCaptureWorker) => void) => {
      const [worker] = fakes(1) as [FakeCaptureWorker];
      const { request, errors } = poolOf([worker]);
      await worker.start();
      request(7);
      fail(worker);
      expect(errors).to.have.lengthOf(1);
      return errors[0] as FilmgateError;
    };

    it('keeps its own code', async () => {
      const failure = new FilmgateError('WORKER_DIED', 'gone');
      expect(await failWith((worker) => worker.fail(failure))).to.equal(failure);
    });

    const other: [string, (worker: FakeCaptureWorker) => void][] = [
      ['throws', (worker) => worker.fail(new Error('out of focus'))],
      ['ends without a frame', (worker) => worker.complete()],
      ['delivers no bytes', (worker) => worker.deliver('bytes' as never)],
    ];
    for (const [what, fail] of other) {
      it(`is CAPTURE_FAILED, and named, when the worker ${what}`, async () => {
        const error = await failWith(fail);
        expect(error).to.be.instanceOf(FilmgateError).with.property('code', 'CAPTURE_FAILED');
        expect(error.message).to.include('frame 7');
      });
    }
  });

  it('tells what the workers do, each thing before it has an effect', async () => {
    const workers = fakes(2);
    const { pool, request } = poolOf(workers);
    const events: CaptureEvent[] = [];
    let completed = false;
    pool.events.subscribe({ next: (event) => events.push(event), complete: () => (completed = true) });
    request(0);
    request(1);
    await workers[1]?.start();
    workers[1]?.deliver(new Uint8Array(5));
    expect(events).to.deep.equal([
      { type: 'workerReady', worker: 'worker 2' },
      { type: 'captureStarted', index: 0, worker: 'worker 2' },
      { type: 'captured', index: 0, worker: 'worker 2', bytes: 5 },
      { type: 'captureStarted', index: 1, worker: 'worker 2' },
    ]);
    expect(completed).to.equal(false);
    await pool.close();
    expect(completed).to.equal(true);
  });

  it('closes its workers side by side, and waits for all of them though one fails', async () => {
    let release = () => {};
    const slow = new FakeCaptureWorker(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const broken = new FakeCaptureWorker(() => {
      throw new Error('jammed');
    });
    const { pool } = poolOf([broken, slow]);
    await settle();
    let settled = false;
    const closing = pool.close().then(
      () => expect.fail('closed without saying what went wrong'),
      (error) => error,
    );
    closing.finally(() => {
      settled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([broken.closes, slow.closes, settled]).to.deep.equal([1, 1, false]);
    release();
    expect(await closing).to.have.property('message', 'jammed');
  });
});
