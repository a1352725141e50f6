import { expect } from 'chai';
import type { FrameRequest } from '../../src/capture/source';
import { ERROR_KINDS, type ErrorCode, FilmgateError } from '../../src/errors';
import { useClock } from '../support/clock';
import type { FakeCaptureWorker } from '../support/fakeCaptureWorker';
import { FakePool } from '../support/fakePool';
import { later, settle } from '../support/settle';

const BACK_OFF = 250; // ms

describe('a WorkerPool whose frames fail', () => {
  const crews: FakePool[] = [];

  afterEach(async () => {
    for (const fakePool of crews.splice(0)) {
      await fakePool.pool.close().catch(() => {});
      expect(fakePool.alive, 'workers that are left').to.equal(0);
    }
    expect(clock.alarms, 'timers that are left').to.equal(0);
  });

  const clock = useClock();

  function crewOf(...options: ConstructorParameters<typeof FakePool>): FakePool {
    const fakePool = new FakePool(...options);
    crews.push(fakePool);
    return fakePool;
  }

  /** A fakePool of one, which is at work on frame 7. */
  async function atWork(options: ConstructorParameters<typeof FakePool>[1] = {}): Promise<FakePool> {
    const fakePool = crewOf(1, options);
    await settle();
    await fakePool.worker(1).start();
    fakePool.request(7, 3);
    return fakePool;
  }

  /** What a worker was asked for: the frame, its slot, and the seconds that it has. */
  const asked = ({ requests }: FakeCaptureWorker) =>
    requests.map(({ index, slot, deadline }) => [index, slot, deadline.seconds]);

  const died = () => new FilmgateError('WORKER_DIED', 'gone');

  describe('tries again', () => {
    it('on a fresh worker, in the same place, and tells of it', async () => {
      const fakePool = await atWork();
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      expect([fakePool.count(), fakePool.worker(1, 0).closes]).to.deep.equal([2, 1]);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      for (const at of [0, 1]) expect(asked(fakePool.worker(1, at))).to.deep.equal([[7, 3, 30]]);
      expect(fakePool.told).to.deep.equal([
        'workerReady worker 1',
        'captureStarted 7 worker 1',
        'retried 7 worker 1',
        'workerReady worker 1',
        'captureStarted 7 worker 1',
        'captured 7 worker 1',
      ]);
      const message = 'frame 7 could not be captured: out of focus';
      const what = { type: 'retried', index: 7, worker: 'worker 1' };
      expect(fakePool.retried).to.deep.equal([{ ...what, tries: 1, code: 'CAPTURE_FAILED', message }]);
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[7], []]);
    });

    it('while the others go on', async () => {
      const fakePool = crewOf(2);
      await settle();
      await fakePool.worker(1).start();
      await fakePool.worker(2).start();
      for (let index = 0; index < 5; index += 1) fakePool.request(index);
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      for (let frame = 0; frame < 3; frame += 1) fakePool.worker(2).deliver();
      expect(fakePool.delivered).to.deep.equal([1, 2, 3]);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      fakePool.worker(2).deliver();
      expect(fakePool.delivered).to.deep.equal([1, 2, 3, 0, 4]);
      expect(fakePool.count('worker 2')).to.equal(1);
    });

    it('and lends the fresh worker to the frames that come after', async () => {
      const fakePool = await atWork();
      fakePool.request(8);
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      fakePool.worker(1).deliver();
      expect(fakePool.worker(1).asked).to.deep.equal([7, 8]);
      expect(fakePool.count()).to.equal(2);
    });

    it('at once, then a little later each time', async () => {
      const fakePool = await atWork({ maxTries: 4 });
      for (const [tries, wait] of [0, BACK_OFF, 2 * BACK_OFF].entries()) {
        fakePool.worker(1).fail(new Error('out of focus'));
        await settle();
        await clock.pass(Math.max(0, wait - 1));
        expect(fakePool.count(), `opened just before ${wait} ms`).to.equal(
          wait === 0 ? tries + 2 : tries + 1,
        );
        await clock.pass(1);
        expect(fakePool.count(), `opened after ${wait} ms`).to.equal(tries + 2);
        await fakePool.worker(1).start();
      }
      fakePool.worker(1).deliver();
      expect(fakePool.delivered).to.deep.equal([7]);
      expect(fakePool.retried.map(({ tries }) => tries)).to.deep.equal([1, 2, 3]);
      expect(fakePool.pool.retries).to.equal(3);
    });

    it('only when the worker before is gone: it may still paint into the place', async () => {
      const gone = later<void>();
      const fakePool = await atWork();
      fakePool.closing = () => gone.promise;
      fakePool.worker(1).fail(new Error('out of focus'));
      await clock.pass(1000);
      expect([fakePool.count(), fakePool.worker(1).closes]).to.deep.equal([1, 1]);
      gone.resolve();
      await settle();
      expect(fakePool.count()).to.equal(2);
      await fakePool.worker(1).start();
      expect(fakePool.worker(1).asked).to.deep.equal([7]);
    });

    it('a frame of the wrong size, and one that is none', async () => {
      const fakePool = await atWork({ format: { pixels: 'rgba', width: 2, height: 1 } });
      for (const wrong of [new Uint8Array(7), 'eight by' as never]) {
        fakePool.worker(1).deliver(wrong);
        await clock.pass(BACK_OFF);
        await fakePool.worker(1).start();
      }
      expect(fakePool.retried.map(({ code }) => code)).to.deep.equal(['FRAME_SIZE', 'CAPTURE_FAILED']);
      fakePool.worker(1).deliver(new Uint8Array(8));
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[7], []]);
    });

    it('when a fresh worker cannot be opened, or never gets ready', async () => {
      const fakePool = crewOf(1, { maxTries: 4 });
      await settle();
      await fakePool.worker(1).start();
      fakePool.request(7);
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      await fakePool.worker(1).failToStart(new FilmgateError('SETUP_TIMEOUT', 'slow'));
      await clock.pass(BACK_OFF);
      await fakePool.worker(1).failToStart(died());
      const opened = fakePool.count();
      await clock.pass(2 * BACK_OFF);
      expect(fakePool.count()).to.equal(opened + 1);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      expect(fakePool.retried.map(({ code }) => code)).to.deep.equal([
        'CAPTURE_FAILED',
        'SETUP_TIMEOUT',
        'WORKER_DIED',
      ]);
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[7], []]);
    });
  });

  describe('gives up', () => {
    /** Has every try fail with what comes next, until the frame is given up. */
    async function failEach(fakePool: FakePool, errors: readonly unknown[]): Promise<FilmgateError> {
      for (const [at, error] of errors.entries()) {
        expect(fakePool.errors).to.deep.equal([]);
        if (at > 0) {
          await clock.pass(at * BACK_OFF);
          await fakePool.worker(1).start();
        }
        fakePool.worker(1).fail(error);
      }
      expect(fakePool.errors).to.have.lengthOf(1);
      return fakePool.errors[0] as FilmgateError;
    }

    it('after so many tries, with the last code and every cause', async () => {
      const [dark, blur] = [new Error('too dark'), new Error('out of focus')];
      const short = new FilmgateError('FRAME_SIZE', 'too short');
      const fakePool = await atWork();
      const error = await failEach(fakePool, [dark, blur, short]);
      expect(error).to.be.instanceOf(FilmgateError).with.property('code', 'FRAME_SIZE');
      expect(error.message).to.match(/^frame 7 failed 3 times, each time on a fresh worker:/);
      for (const text of ['too dark', 'out of focus', 'too short']) expect(error.message).to.include(text);
      const { errors } = error.cause as AggregateError;
      expect(errors).to.have.lengthOf(3);
      expect(errors.map(({ cause }) => cause)).to.deep.equal([dark, blur, undefined]);
      expect(errors[2]).to.equal(short);
      expect(fakePool.retried.map(({ tries }) => tries)).to.deep.equal([1, 2]);
      expect(fakePool.count()).to.equal(3);
    });

    it('saying once what was the same each time', async () => {
      const error = await failEach(await atWork(), Array(3).fill(new Error('out of focus')));
      expect(error.message.split('out of focus')).to.have.lengthOf(2);
    });

    it('at once where one try is all that it has, with the failure as it is', async () => {
      const failure = new FilmgateError('FRAME_SIZE', 'too short');
      const fakePool = await atWork({ maxTries: 1 });
      expect(await failEach(fakePool, [failure])).to.equal(failure);
      expect(fakePool.retried).to.deep.equal([]);
    });

    it('the frame, and not those of other workers', async () => {
      const fakePool = crewOf(2, { maxTries: 1 });
      await settle();
      await fakePool.worker(1).start();
      await fakePool.worker(2).start();
      fakePool.request(0);
      fakePool.request(1);
      fakePool.worker(1).fail(new Error('out of focus'));
      fakePool.worker(2).deliver();
      expect(fakePool.errors).to.have.lengthOf(1);
      expect(fakePool.delivered).to.deep.equal([1]);
    });

    it('at once for what no fresh worker can mend', async () => {
      for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
        const fakePool = await atWork();
        const failure = new FilmgateError(code, 'lost');
        fakePool.worker(1).fail(failure);
        await settle();
        const isMendable =
          ERROR_KINDS[code] === 'render' && !['PAGE_ERROR', 'CAPTURE_INEXACT'].includes(code);
        expect(fakePool.errors, code).to.deep.equal(isMendable ? [] : [failure]);
        expect(fakePool.count(), code).to.equal(isMendable ? 2 : 1);
      }
    });

    it('when the worker before cannot be closed', async () => {
      const fakePool = await atWork();
      fakePool.closing = () => Promise.reject(new FilmgateError('WORKER_DIED', 'stuck outside'));
      fakePool.worker(1).fail(new Error('out of focus'));
      await clock.pass(10 * BACK_OFF);
      expect(fakePool.count()).to.equal(1);
      expect(fakePool.errors).to.have.lengthOf(1);
      expect((fakePool.errors[0] as Error).message)
        .to.include('out of focus')
        .and.include('stuck outside');
    });
  });

  describe('whose worker says nothing', () => {
    it('replaces it when a frame has taken too long', async () => {
      const fakePool = await atWork({ frameTimeout: 2 });
      expect(asked(fakePool.worker(1))).to.deep.equal([[7, 3, 2]]);
      await clock.pass(2000); // The worker is left to say itself what it waits for.
      expect([fakePool.retried, fakePool.worker(1).closes]).to.deep.equal([[], 0]);
      await clock.pass(2000);
      expect(fakePool.retried).to.have.lengthOf(1);
      expect(fakePool.retried[0]).to.include({
        index: 7,
        worker: 'worker 1',
        tries: 1,
        code: 'FRAME_STALLED',
      });
      expect(fakePool.retried[0]?.message).to.equal(
        'frame 7 was not captured within 2 s: worker 1 does not respond',
      );
      expect(fakePool.worker(1, 0).closes).to.equal(1);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      expect(fakePool.delivered).to.deep.equal([7]);
    });

    it('leaves one that says by the deadline what it waited for the time to say it', async () => {
      const fakePool = await atWork({ frameTimeout: 2, maxTries: 1 });
      const { deadline } = fakePool.worker(1).requests[0] as FrameRequest;
      const late = new FilmgateError('PAGE_NOT_READY', 'it waited for a request');
      deadline.race(new Promise(() => {}), () => late).catch((error) => fakePool.worker(1).fail(error));
      await clock.pass(4000);
      expect(fakePool.errors).to.deep.equal([late]);
      expect(late).to.include({ frame: 7, worker: 'worker 1' });
    });

    it('does not listen to it any more', async () => {
      const fakePool = await atWork({ frameTimeout: 2 });
      const mute = fakePool.worker(1);
      await clock.pass(4000);
      mute.deliver();
      mute.fail(new Error('late'));
      mute.complete();
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[], []]);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      mute.deliver();
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[7], []]);
      expect(fakePool.told.filter((text) => text.startsWith('captured'))).to.have.lengthOf(1);
    });

    it('fails when it stalls each time', async () => {
      const fakePool = await atWork({ frameTimeout: 1, maxTries: 2 });
      await clock.pass(3000);
      await fakePool.worker(1).start();
      await clock.pass(3000);
      expect(fakePool.errors).to.have.lengthOf(1);
      expect(fakePool.errors[0]).to.include({ code: 'FRAME_STALLED', frame: 7, worker: 'worker 1' });
    });

    it('waits ten times as long as the slowest frame took', async () => {
      const fakePool = await atWork({ frameTimeout: 2 });
      fakePool.request(8);
      fakePool.request(9);
      await clock.pass(1500);
      fakePool.worker(1).deliver();
      await clock.pass(500);
      fakePool.worker(1).deliver();
      expect(asked(fakePool.worker(1)).map(([, , seconds]) => seconds)).to.deep.equal([2, 15, 15]);
      await clock.pass(15_000);
      expect(fakePool.retried).to.deep.equal([]);
      await clock.pass(5000);
      expect(fakePool.retried).to.have.lengthOf(1);
    });

    it('does not take a frame for slow at which the process was stopped', async () => {
      const fakePool = await atWork({ frameTimeout: 2 });
      fakePool.request(8);
      await clock.pass(100);
      clock.sleep(3_600_000);
      await clock.pass(0);
      fakePool.worker(1).deliver();
      expect(fakePool.worker(1).requests[1]?.deadline.seconds).to.be.within(2, 4);
    });

    it('counts nothing but the time in which it captures', async () => {
      const fakePool = crewOf(1, { frameTimeout: 1 });
      fakePool.request(0);
      fakePool.request(1);
      await clock.pass(10_000); // It starts.
      await fakePool.worker(1).start();
      await clock.pass(900);
      fakePool.worker(1).fail(new Error('out of focus'));
      await clock.pass(10_000); // A fresh one starts.
      await fakePool.worker(1).start();
      await clock.pass(900);
      clock.sleep(3_600_000); // The process is stopped.
      await clock.pass(200);
      fakePool.worker(1).deliver();
      fakePool.worker(1).deliver();
      await clock.pass(3_600_000); // There is nothing to do.
      expect(fakePool.delivered).to.deep.equal([0, 1]);
      expect(fakePool.retried).to.have.lengthOf(1);
    });
  });

  describe('and that nobody waits for any more', () => {
    it('lends the fresh worker to the next one', async () => {
      const fakePool = crewOf(1);
      await settle();
      await fakePool.worker(1).start();
      const first = fakePool.request(0);
      fakePool.request(1);
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      first.unsubscribe();
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      expect(fakePool.worker(1).asked).to.deep.equal([1]);
      expect(fakePool.delivered).to.deep.equal([1]);
    });
  });

  describe('leaves nothing when it is closed', () => {
    /** Closes the pool, and checks that nothing comes after it. */
    async function close(fakePool: FakePool): Promise<void> {
      const count = fakePool.count();
      const told = fakePool.told.length;
      await fakePool.pool.close();
      expect(fakePool.alive).to.equal(0);
      expect(clock.alarms).to.equal(0);
      await clock.pass(60_000);
      expect([fakePool.count(), fakePool.told.length]).to.deep.equal([count, told]);
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[], []]);
    }

    it('before anything was opened', async () => {
      const fakePool = crewOf(2);
      fakePool.request(0);
      await close(fakePool);
      expect(fakePool.count()).to.equal(0);
    });

    it('while a worker starts, which then is ready', async () => {
      const fakePool = crewOf(1);
      fakePool.request(0);
      await settle();
      const closing = close(fakePool);
      await fakePool.worker(1).start();
      await closing;
    });

    it('while it captures', async () => close(await atWork()));

    it('while the worker before is closed', async () => {
      const gone = later<void>();
      const fakePool = await atWork();
      fakePool.closing = () => gone.promise;
      fakePool.worker(1).fail(new Error('out of focus'));
      let closed = false;
      const closing = close(fakePool).then(() => {
        closed = true;
      });
      await settle();
      expect(closed).to.equal(false);
      gone.resolve();
      await closing;
    });

    it('in a back-off', async () => {
      const fakePool = await atWork();
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      await fakePool.worker(1).start();
      fakePool.worker(1).fail(new Error('out of focus'));
      await settle();
      expect([fakePool.count(), fakePool.alive]).to.deep.equal([2, 0]);
      await close(fakePool);
    });

    it('in a back-off of its start', async () => {
      const fakePool = crewOf(1);
      await settle();
      await fakePool.worker(1).failToStart(died());
      expect([fakePool.count(), fakePool.alive]).to.deep.equal([1, 0]);
      await close(fakePool);
    });

    for (const [how, end] of Object.entries({
      'gets ready': (fakePool: FakePool) => fakePool.worker(1).start(),
      'fails for it': (fakePool: FakePool) =>
        fakePool.worker(1).failToStart(new FilmgateError('CANCELLED', 'it was closed')),
      'says nothing': async () => {},
    })) {
      it(`while a fresh worker starts, which then ${how}`, async () => {
        const fakePool = await atWork();
        fakePool.worker(1).fail(new Error('out of focus'));
        await settle();
        expect(fakePool.count()).to.equal(2);
        const closing = close(fakePool);
        await end(fakePool);
        await closing;
      });
    }

    it('twice', async () => {
      const fakePool = await atWork();
      await Promise.all([close(fakePool), close(fakePool)]);
      expect(fakePool.worker(1).closes).to.equal(1);
    });
  });
});
