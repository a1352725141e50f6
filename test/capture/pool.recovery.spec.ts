import { expect } from 'chai';
import { ERROR_KINDS, type ErrorCode, FilmgateError } from '../../src/errors';
import { useClock } from '../support/clock';
import { FakeCrew } from '../support/fakeCrew';
import { later, settle } from '../support/settle';

const BACK_OFF = 250; // ms

describe('a WorkerPool whose frames fail', () => {
  const crews: FakeCrew[] = [];

  afterEach(async () => {
    for (const crew of crews.splice(0)) {
      await crew.pool.close().catch(() => {});
      expect(crew.alive, 'workers that are left').to.equal(0);
    }
    expect(clock.alarms, 'timers that are left').to.equal(0);
  });

  const clock = useClock();

  function crewOf(...options: ConstructorParameters<typeof FakeCrew>): FakeCrew {
    const crew = new FakeCrew(...options);
    crews.push(crew);
    return crew;
  }

  /** A crew of one, which is at work on frame 7. */
  async function atWork(options: ConstructorParameters<typeof FakeCrew>[1] = {}): Promise<FakeCrew> {
    const crew = crewOf(1, options);
    await settle();
    await crew.worker(1).start();
    crew.request(7, 3);
    return crew;
  }

  const died = () => new FilmgateError('WORKER_DIED', 'gone');

  describe('tries again', () => {
    it('on a fresh worker, in the same place, and tells of it', async () => {
      const crew = await atWork();
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      expect([crew.count(), crew.worker(1, 0).closes]).to.deep.equal([2, 1]);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      expect(crew.worker(1).requests).to.deep.equal(crew.worker(1, 0).requests);
      expect(crew.worker(1).requests).to.deep.equal([{ index: 7, place: 3, limit: 30 }]);
      expect(crew.told).to.deep.equal([
        'workerReady worker 1',
        'captureStarted 7 worker 1',
        'retried 7 worker 1',
        'workerReady worker 1',
        'captureStarted 7 worker 1',
        'captured 7 worker 1',
      ]);
      const message = 'frame 7 could not be captured: out of focus';
      const what = { type: 'retried', index: 7, worker: 'worker 1' };
      expect(crew.retried).to.deep.equal([{ ...what, tries: 1, code: 'CAPTURE_FAILED', message }]);
      expect([crew.delivered, crew.errors]).to.deep.equal([[7], []]);
    });

    it('while the others go on', async () => {
      const crew = crewOf(2);
      await settle();
      await crew.worker(1).start();
      await crew.worker(2).start();
      for (let index = 0; index < 5; index += 1) crew.request(index);
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      for (let frame = 0; frame < 3; frame += 1) crew.worker(2).deliver();
      expect(crew.delivered).to.deep.equal([1, 2, 3]);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      crew.worker(2).deliver();
      expect(crew.delivered).to.deep.equal([1, 2, 3, 0, 4]);
      expect(crew.count('worker 2')).to.equal(1);
    });

    it('and lends the fresh worker to the frames that come after', async () => {
      const crew = await atWork();
      crew.request(8);
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      await crew.worker(1).start();
      crew.worker(1).deliver();
      crew.worker(1).deliver();
      expect(crew.worker(1).asked).to.deep.equal([7, 8]);
      expect(crew.count()).to.equal(2);
    });

    it('at once, then a little later each time', async () => {
      const crew = await atWork({ maxTries: 4 });
      for (const [tries, wait] of [0, BACK_OFF, 2 * BACK_OFF].entries()) {
        crew.worker(1).fail(new Error('out of focus'));
        await settle();
        await clock.pass(Math.max(0, wait - 1));
        expect(crew.count(), `opened just before ${wait} ms`).to.equal(wait === 0 ? tries + 2 : tries + 1);
        await clock.pass(1);
        expect(crew.count(), `opened after ${wait} ms`).to.equal(tries + 2);
        await crew.worker(1).start();
      }
      crew.worker(1).deliver();
      expect(crew.delivered).to.deep.equal([7]);
      expect(crew.retried.map(({ tries }) => tries)).to.deep.equal([1, 2, 3]);
    });

    it('only when the worker before is gone: it may still paint into the place', async () => {
      const gone = later<void>();
      const crew = await atWork();
      crew.closing = () => gone.promise;
      crew.worker(1).fail(new Error('out of focus'));
      await clock.pass(1000);
      expect([crew.count(), crew.worker(1).closes]).to.deep.equal([1, 1]);
      gone.resolve();
      await settle();
      expect(crew.count()).to.equal(2);
      await crew.worker(1).start();
      expect(crew.worker(1).asked).to.deep.equal([7]);
    });

    it('a frame of the wrong size, and one that is none', async () => {
      const crew = await atWork({ format: { pixels: 'rgba', width: 2, height: 1 } });
      for (const wrong of [new Uint8Array(7), 'eight by' as never]) {
        crew.worker(1).deliver(wrong);
        await clock.pass(BACK_OFF);
        await crew.worker(1).start();
      }
      expect(crew.retried.map(({ code }) => code)).to.deep.equal(['FRAME_SIZE', 'CAPTURE_FAILED']);
      crew.worker(1).deliver(new Uint8Array(8));
      expect([crew.delivered, crew.errors]).to.deep.equal([[7], []]);
    });

    it('when a fresh worker cannot be opened, or never gets ready', async () => {
      const crew = crewOf(1, { maxTries: 4 });
      await settle();
      await crew.worker(1).start();
      crew.request(7);
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      await crew.worker(1).failToStart(new FilmgateError('SETUP_TIMEOUT', 'slow'));
      await clock.pass(BACK_OFF);
      await crew.worker(1).failToStart(died());
      const opened = crew.count();
      await clock.pass(2 * BACK_OFF);
      expect(crew.count()).to.equal(opened + 1);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      expect(crew.retried.map(({ code }) => code)).to.deep.equal([
        'CAPTURE_FAILED',
        'SETUP_TIMEOUT',
        'WORKER_DIED',
      ]);
      expect([crew.delivered, crew.errors]).to.deep.equal([[7], []]);
    });
  });

  describe('gives up', () => {
    /** Has every try fail with what comes next, until the frame is given up. */
    async function failEach(crew: FakeCrew, errors: readonly unknown[]): Promise<FilmgateError> {
      for (const [at, error] of errors.entries()) {
        expect(crew.errors).to.deep.equal([]);
        if (at > 0) {
          await clock.pass(at * BACK_OFF);
          await crew.worker(1).start();
        }
        crew.worker(1).fail(error);
      }
      expect(crew.errors).to.have.lengthOf(1);
      return crew.errors[0] as FilmgateError;
    }

    it('after so many tries, with the last code and every cause', async () => {
      const [dark, blur] = [new Error('too dark'), new Error('out of focus')];
      const short = new FilmgateError('FRAME_SIZE', 'too short');
      const crew = await atWork();
      const error = await failEach(crew, [dark, blur, short]);
      expect(error).to.be.instanceOf(FilmgateError).with.property('code', 'FRAME_SIZE');
      expect(error.message).to.match(/^frame 7 failed 3 times, each time on a fresh worker:/);
      for (const text of ['too dark', 'out of focus', 'too short']) expect(error.message).to.include(text);
      const { errors } = error.cause as AggregateError;
      expect(errors).to.have.lengthOf(3);
      expect(errors.map(({ cause }) => cause)).to.deep.equal([dark, blur, undefined]);
      expect(errors[2]).to.equal(short);
      expect(crew.retried.map(({ tries }) => tries)).to.deep.equal([1, 2]);
      expect(crew.count()).to.equal(3);
    });

    it('saying once what was the same each time', async () => {
      const error = await failEach(await atWork(), Array(3).fill(new Error('out of focus')));
      expect(error.message.split('out of focus')).to.have.lengthOf(2);
    });

    it('at once where one try is all that it has, with the failure as it is', async () => {
      const failure = new FilmgateError('FRAME_SIZE', 'too short');
      const crew = await atWork({ maxTries: 1 });
      expect(await failEach(crew, [failure])).to.equal(failure);
      expect(crew.retried).to.deep.equal([]);
    });

    it('the frame, and not those of other workers', async () => {
      const crew = crewOf(2, { maxTries: 1 });
      await settle();
      await crew.worker(1).start();
      await crew.worker(2).start();
      crew.request(0);
      crew.request(1);
      crew.worker(1).fail(new Error('out of focus'));
      crew.worker(2).deliver();
      expect(crew.errors).to.have.lengthOf(1);
      expect(crew.delivered).to.deep.equal([1]);
    });

    it('at once for what no fresh worker can mend', async () => {
      for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
        const crew = await atWork();
        const failure = new FilmgateError(code, 'lost');
        crew.worker(1).fail(failure);
        await settle();
        const isMendable = ERROR_KINDS[code] === 'render' && code !== 'PAGE_ERROR';
        expect(crew.errors, code).to.deep.equal(isMendable ? [] : [failure]);
        expect(crew.count(), code).to.equal(isMendable ? 2 : 1);
      }
    });

    it('when the worker before cannot be closed', async () => {
      const crew = await atWork();
      crew.closing = () => Promise.reject(new FilmgateError('WORKER_DIED', 'stuck outside'));
      crew.worker(1).fail(new Error('out of focus'));
      await clock.pass(10 * BACK_OFF);
      expect(crew.count()).to.equal(1);
      expect(crew.errors).to.have.lengthOf(1);
      expect((crew.errors[0] as Error).message)
        .to.include('out of focus')
        .and.include('stuck outside');
    });
  });

  describe('whose worker says nothing', () => {
    it('replaces it when a frame has taken too long', async () => {
      const crew = await atWork({ frameTimeout: 2 });
      expect(crew.worker(1).requests).to.deep.equal([{ index: 7, place: 3, limit: 2 }]);
      await clock.pass(2000); // The worker is left to say itself what it waits for.
      expect([crew.retried, crew.worker(1).closes]).to.deep.equal([[], 0]);
      await clock.pass(2000);
      expect(crew.retried).to.have.lengthOf(1);
      expect(crew.retried[0]).to.include({ index: 7, worker: 'worker 1', tries: 1, code: 'FRAME_STALLED' });
      expect(crew.retried[0]?.message).to.include('frame 7').and.include('2 s').and.include('worker 1');
      expect(crew.worker(1, 0).closes).to.equal(1);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      expect(crew.delivered).to.deep.equal([7]);
    });

    it('does not listen to it any more', async () => {
      const crew = await atWork({ frameTimeout: 2 });
      const mute = crew.worker(1);
      await clock.pass(4000);
      mute.deliver();
      mute.fail(new Error('late'));
      mute.complete();
      expect([crew.delivered, crew.errors]).to.deep.equal([[], []]);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      mute.deliver();
      expect([crew.delivered, crew.errors]).to.deep.equal([[7], []]);
      expect(crew.told.filter((text) => text.startsWith('captured'))).to.have.lengthOf(1);
    });

    it('fails when it stalls each time', async () => {
      const crew = await atWork({ frameTimeout: 1, maxTries: 2 });
      await clock.pass(2000);
      await crew.worker(1).start();
      await clock.pass(2000);
      expect(crew.errors).to.have.lengthOf(1);
      expect(crew.errors[0]).to.have.property('code', 'FRAME_STALLED');
    });

    it('waits ten times as long as the slowest frame took', async () => {
      const crew = await atWork({ frameTimeout: 2 });
      crew.request(8);
      crew.request(9);
      await clock.pass(1500);
      crew.worker(1).deliver();
      await clock.pass(500);
      crew.worker(1).deliver();
      expect(crew.worker(1).requests.map(({ limit }) => limit)).to.deep.equal([2, 15, 15]);
      await clock.pass(15_000);
      expect(crew.retried).to.deep.equal([]);
      await clock.pass(5000);
      expect(crew.retried).to.have.lengthOf(1);
    });

    it('does not take a frame for slow at which the process was stopped', async () => {
      const crew = await atWork({ frameTimeout: 2 });
      crew.request(8);
      await clock.pass(100);
      clock.sleep(3_600_000);
      await clock.pass(0);
      crew.worker(1).deliver();
      expect(crew.worker(1).requests[1]?.limit).to.be.within(2, 4);
    });

    it('counts nothing but the time in which it captures', async () => {
      const crew = crewOf(1, { frameTimeout: 1 });
      crew.request(0);
      crew.request(1);
      await clock.pass(10_000); // It starts.
      await crew.worker(1).start();
      await clock.pass(900);
      crew.worker(1).fail(new Error('out of focus'));
      await clock.pass(10_000); // A fresh one starts.
      await crew.worker(1).start();
      await clock.pass(900);
      clock.sleep(3_600_000); // The process is stopped.
      await clock.pass(200);
      crew.worker(1).deliver();
      crew.worker(1).deliver();
      await clock.pass(3_600_000); // There is nothing to do.
      expect(crew.delivered).to.deep.equal([0, 1]);
      expect(crew.retried).to.have.lengthOf(1);
    });
  });

  describe('and that nobody waits for any more', () => {
    it('lends the fresh worker to the next one', async () => {
      const crew = crewOf(1);
      await settle();
      await crew.worker(1).start();
      const first = crew.request(0);
      crew.request(1);
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      first.unsubscribe();
      await crew.worker(1).start();
      crew.worker(1).deliver();
      expect(crew.worker(1).asked).to.deep.equal([1]);
      expect(crew.delivered).to.deep.equal([1]);
    });
  });

  describe('leaves nothing when it is closed', () => {
    /** Closes the pool, and checks that nothing comes after it. */
    async function close(crew: FakeCrew): Promise<void> {
      const count = crew.count();
      const told = crew.told.length;
      await crew.pool.close();
      expect(crew.alive).to.equal(0);
      expect(clock.alarms).to.equal(0);
      await clock.pass(60_000);
      expect([crew.count(), crew.told.length]).to.deep.equal([count, told]);
      expect([crew.delivered, crew.errors]).to.deep.equal([[], []]);
    }

    it('before anything was opened', async () => {
      const crew = crewOf(2);
      crew.request(0);
      await close(crew);
      expect(crew.count()).to.equal(0);
    });

    it('while a worker starts, which then is ready', async () => {
      const crew = crewOf(1);
      crew.request(0);
      await settle();
      const closing = close(crew);
      await crew.worker(1).start();
      await closing;
    });

    it('while it captures', async () => close(await atWork()));

    it('while the worker before is closed', async () => {
      const gone = later<void>();
      const crew = await atWork();
      crew.closing = () => gone.promise;
      crew.worker(1).fail(new Error('out of focus'));
      let closed = false;
      const closing = close(crew).then(() => {
        closed = true;
      });
      await settle();
      expect(closed).to.equal(false);
      gone.resolve();
      await closing;
    });

    it('in a back-off', async () => {
      const crew = await atWork();
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      await crew.worker(1).start();
      crew.worker(1).fail(new Error('out of focus'));
      await settle();
      expect([crew.count(), crew.alive]).to.deep.equal([2, 0]);
      await close(crew);
    });

    it('in a back-off of its start', async () => {
      const crew = crewOf(1);
      await settle();
      await crew.worker(1).failToStart(died());
      expect([crew.count(), crew.alive]).to.deep.equal([1, 0]);
      await close(crew);
    });

    for (const [how, end] of Object.entries({
      'gets ready': (crew: FakeCrew) => crew.worker(1).start(),
      'fails for it': (crew: FakeCrew) =>
        crew.worker(1).failToStart(new FilmgateError('CANCELLED', 'it was closed')),
      'says nothing': async () => {},
    })) {
      it(`while a fresh worker starts, which then ${how}`, async () => {
        const crew = await atWork();
        crew.worker(1).fail(new Error('out of focus'));
        await settle();
        expect(crew.count()).to.equal(2);
        const closing = close(crew);
        await end(crew);
        await closing;
      });
    }

    it('twice', async () => {
      const crew = await atWork();
      await Promise.all([close(crew), close(crew)]);
      expect(crew.worker(1).closes).to.equal(1);
    });
  });
});
