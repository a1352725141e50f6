import { expect } from 'chai';
import { FilmgateError } from '../../src/errors';
import { useClock } from '../support/clock';
import { FakePool } from '../support/fakePool';
import { settle } from '../support/settle';

describe('a WorkerPool whose workers die', () => {
  const crews: FakePool[] = [];

  afterEach(async () => {
    for (const fakePool of crews.splice(0)) {
      await fakePool.pool.close();
      expect(fakePool.alive, 'workers that are left').to.equal(0);
    }
    expect(clock.alarms, 'timers that are left').to.equal(0);
  });

  const clock = useClock();
  const died = (how = 'gone') => new FilmgateError('WORKER_DIED', how);

  async function crewOf(...options: ConstructorParameters<typeof FakePool>): Promise<FakePool> {
    const fakePool = new FakePool(...options);
    crews.push(fakePool);
    await settle();
    return fakePool;
  }

  /** A fakePool all of which have started. */
  async function started(...options: ConstructorParameters<typeof FakePool>): Promise<FakePool> {
    const fakePool = await crewOf(...options);
    for (let number = 1; number <= options[0]; number += 1) await fakePool.worker(number).start();
    return fakePool;
  }

  /** Has a worker die with the frame that it is at, so many times, with fresh ones between. */
  async function die(fakePool: FakePool, number: number, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      if (time > 0) {
        await clock.pass(10_000);
        await fakePool.worker(number).start();
      }
      fakePool.worker(number).fail(died());
    }
    await settle();
  }

  const retired = ({ told }: FakePool) => told.filter((text) => text.startsWith('workerRetired'));

  describe('while they start', () => {
    it('opens them again, a little later each time', async () => {
      const fakePool = await crewOf(1);
      fakePool.request(0);
      await fakePool.worker(1).failToStart(died());
      await clock.pass(249);
      expect(fakePool.count()).to.equal(1);
      await clock.pass(1);
      await fakePool.worker(1).failToStart(died());
      await clock.pass(499);
      expect(fakePool.count()).to.equal(2);
      await clock.pass(1);
      await fakePool.worker(1).start();
      fakePool.worker(1).deliver();
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[0], []]);
    });

    it('opens however many of them again, and warns of nothing', async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error) => warnings.push(warning);
      process.on('warning', warn);
      const fakePool = await crewOf(20);
      for (let number = 1; number <= 20; number += 1) await fakePool.worker(number).failToStart(died());
      await clock.pass(250);
      process.off('warning', warn);
      expect(fakePool.count()).to.equal(40);
      expect(warnings).to.deep.equal([]);
    });

    it('fails every capture when the only one dies each time', async () => {
      const fakePool = await crewOf(1);
      fakePool.request(0);
      const last = died('for good');
      for (const error of [died(), died(), last]) {
        expect(fakePool.errors).to.deep.equal([]);
        await fakePool.worker(1).failToStart(error);
        await clock.pass(10_000);
      }
      fakePool.request(1);
      expect(fakePool.errors).to.deep.equal([last, last]);
      expect(fakePool.count()).to.equal(3);
    });

    it('goes on with fewer where others are left', async () => {
      const fakePool = await crewOf(2, { maxTries: 2 });
      for (const index of [0, 1, 2]) fakePool.request(index);
      await fakePool.worker(1).failToStart(died());
      await clock.pass(10_000);
      await fakePool.worker(1).failToStart(died());
      expect(retired(fakePool)).to.deep.equal(['workerRetired worker 1']);
      await clock.pass(10_000);
      expect([fakePool.count('worker 1'), fakePool.worker(1).closes]).to.deep.equal([2, 1]);
      await fakePool.worker(2).start();
      for (const _ of [0, 1, 2]) fakePool.worker(2).deliver();
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[0, 1, 2], []]);
    });

    it('fails when nobody is left', async () => {
      const fakePool = await crewOf(2, { maxTries: 1 });
      fakePool.request(0);
      await fakePool.worker(2).failToStart(died('one'));
      expect(fakePool.errors).to.deep.equal([]);
      const last = died('two');
      await fakePool.worker(1).failToStart(last);
      expect(fakePool.errors).to.deep.equal([last]);
    });

    it('fails every capture at once for any other reason', async () => {
      const fakePool = await crewOf(2);
      fakePool.request(0);
      const failure = new FilmgateError('SETUP_FAILED', 'no film in the camera');
      await fakePool.worker(1).failToStart(failure);
      await clock.pass(10_000);
      expect(fakePool.errors).to.deep.equal([failure]);
      expect(fakePool.count()).to.equal(2);
    });
  });

  describe('with their frames', () => {
    it('has one worker fewer when a frame’s tries are used up, and tries it on another', async () => {
      const fakePool = await started(2);
      for (const index of [0, 1, 2]) fakePool.request(index);
      await die(fakePool, 1, 3);
      expect(retired(fakePool)).to.deep.equal(['workerRetired worker 1']);
      expect(fakePool.worker(1).closes).to.equal(1);
      fakePool.worker(2).deliver();
      await settle();
      expect(fakePool.count('worker 2'), 'a fresh one for that frame').to.equal(2);
      await fakePool.worker(2).start();
      fakePool.worker(2).deliver();
      fakePool.worker(2).deliver();
      expect(fakePool.worker(2).asked).to.deep.equal([0, 2]);
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[1, 0, 2], []]);
      expect(fakePool.retried.map(({ tries }) => tries)).to.deep.equal([1, 2, 3]);
    });

    it('tries that frame at once where another is free', async () => {
      const fakePool = await started(2);
      fakePool.request(0);
      await die(fakePool, 1, 3);
      expect(fakePool.count('worker 2')).to.equal(2);
      await fakePool.worker(2).start();
      fakePool.worker(2).deliver();
      expect([fakePool.delivered, fakePool.errors]).to.deep.equal([[0], []]);
    });

    it('tells why, and how many are left', async () => {
      const fakePool = await started(3);
      const told: unknown[] = [];
      fakePool.pool.events.subscribe((event) => event.type === 'workerRetired' && told.push(event));
      fakePool.request(0);
      await die(fakePool, 1, 3);
      expect(told).to.deep.equal([{ type: 'workerRetired', worker: 'worker 1', left: 2, message: 'gone' }]);
    });

    it('has one fewer when they die in a row, whichever frames they are at', async () => {
      const fakePool = await started(3);
      for (let index = 0; index < 9; index += 1) fakePool.request(index);
      for (const number of [1, 2, 3, 1, 2]) {
        await die(fakePool, number, 1);
        await fakePool.worker(number).start();
        fakePool.worker(number).deliver();
      }
      expect(retired(fakePool)).to.deep.equal([]);
      await die(fakePool, 3, 1);
      expect(retired(fakePool)).to.deep.equal(['workerRetired worker 3']);
      await die(fakePool, 1, 1); // Is the first of the next row.
      expect(retired(fakePool)).to.have.lengthOf(1);
      expect(fakePool.errors).to.deep.equal([]);
    });

    it('forgets them where enough frames are captured between', async () => {
      const fakePool = await started(2);
      for (let index = 0; index < 2000; index += 1) fakePool.request(index);
      for (let death = 0; death < 12; death += 1) {
        for (let frame = 0; frame < 100; frame += 1) fakePool.worker(1).deliver();
        await die(fakePool, 1, 1);
        await fakePool.worker(1).start();
      }
      expect(retired(fakePool)).to.deep.equal([]);
      expect(fakePool.retried).to.have.lengthOf(12);
      for (let death = 0; death < 5; death += 1) {
        expect(retired(fakePool)).to.deep.equal([]);
        fakePool.worker(1).deliver();
        await die(fakePool, 1, 1);
        await fakePool.worker(1).start();
      }
      expect(retired(fakePool)).to.deep.equal(['workerRetired worker 1']);
    });

    it('does not count what is not a death', async () => {
      const fakePool = await started(2);
      for (let index = 0; index < 30; index += 1) fakePool.request(index);
      for (let time = 0; time < 12; time += 1) {
        fakePool.worker(1).fail(new Error('out of focus'));
        await settle();
        await fakePool.worker(1).start();
        fakePool.worker(1).deliver();
      }
      expect(retired(fakePool)).to.deep.equal([]);
    });

    it('keeps the last, and fails with all that was tried', async () => {
      const fakePool = await started(2, { maxTries: 2 });
      fakePool.request(0);
      await die(fakePool, 1, 2);
      await fakePool.worker(2).start();
      await die(fakePool, 2, 2);
      expect(retired(fakePool)).to.deep.equal(['workerRetired worker 1']);
      expect(fakePool.errors).to.have.lengthOf(1);
      const error = fakePool.errors[0] as FilmgateError;
      expect(error).to.have.property('code', 'WORKER_DIED');
      expect(error.message).to.include('frame 0').and.include('4 times');
      expect((error.cause as AggregateError).errors).to.have.lengthOf(4);
    });
  });
});
