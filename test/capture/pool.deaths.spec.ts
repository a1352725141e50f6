import { expect } from 'chai';
import { FilmgateError } from '../../src/errors';
import { useClock } from '../support/clock';
import { FakeCrew } from '../support/fakeCrew';
import { settle } from '../support/settle';

describe('a WorkerPool whose workers die', () => {
  const crews: FakeCrew[] = [];

  afterEach(async () => {
    for (const crew of crews.splice(0)) {
      await crew.pool.close();
      expect(crew.alive, 'workers that are left').to.equal(0);
    }
    expect(clock.alarms, 'timers that are left').to.equal(0);
  });

  const clock = useClock();
  const died = (how = 'gone') => new FilmgateError('WORKER_DIED', how);

  async function crewOf(...options: ConstructorParameters<typeof FakeCrew>): Promise<FakeCrew> {
    const crew = new FakeCrew(...options);
    crews.push(crew);
    await settle();
    return crew;
  }

  /** A crew all of which have started. */
  async function started(...options: ConstructorParameters<typeof FakeCrew>): Promise<FakeCrew> {
    const crew = await crewOf(...options);
    for (let number = 1; number <= options[0]; number += 1) await crew.worker(number).start();
    return crew;
  }

  /** Has a worker die with the frame that it is at, so many times, with fresh ones between. */
  async function die(crew: FakeCrew, number: number, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      if (time > 0) {
        await clock.pass(10_000);
        await crew.worker(number).start();
      }
      crew.worker(number).fail(died());
    }
    await settle();
  }

  const retired = ({ told }: FakeCrew) => told.filter((text) => text.startsWith('workerRetired'));

  describe('while they start', () => {
    it('opens them again, a little later each time', async () => {
      const crew = await crewOf(1);
      crew.request(0);
      await crew.worker(1).failToStart(died());
      await clock.pass(249);
      expect(crew.count()).to.equal(1);
      await clock.pass(1);
      await crew.worker(1).failToStart(died());
      await clock.pass(499);
      expect(crew.count()).to.equal(2);
      await clock.pass(1);
      await crew.worker(1).start();
      crew.worker(1).deliver();
      expect([crew.delivered, crew.errors]).to.deep.equal([[0], []]);
    });

    it('opens however many of them again, and warns of nothing', async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error) => warnings.push(warning);
      process.on('warning', warn);
      const crew = await crewOf(20);
      for (let number = 1; number <= 20; number += 1) await crew.worker(number).failToStart(died());
      await clock.pass(250);
      process.off('warning', warn);
      expect(crew.count()).to.equal(40);
      expect(warnings).to.deep.equal([]);
    });

    it('fails every capture when the only one dies each time', async () => {
      const crew = await crewOf(1);
      crew.request(0);
      const last = died('for good');
      for (const error of [died(), died(), last]) {
        expect(crew.errors).to.deep.equal([]);
        await crew.worker(1).failToStart(error);
        await clock.pass(10_000);
      }
      crew.request(1);
      expect(crew.errors).to.deep.equal([last, last]);
      expect(crew.count()).to.equal(3);
    });

    it('goes on with fewer where others are left', async () => {
      const crew = await crewOf(2, { maxTries: 2 });
      for (const index of [0, 1, 2]) crew.request(index);
      await crew.worker(1).failToStart(died());
      await clock.pass(10_000);
      await crew.worker(1).failToStart(died());
      expect(retired(crew)).to.deep.equal(['workerRetired worker 1']);
      await clock.pass(10_000);
      expect([crew.count('worker 1'), crew.worker(1).closes]).to.deep.equal([2, 1]);
      await crew.worker(2).start();
      for (const _ of [0, 1, 2]) crew.worker(2).deliver();
      expect([crew.delivered, crew.errors]).to.deep.equal([[0, 1, 2], []]);
    });

    it('fails when nobody is left', async () => {
      const crew = await crewOf(2, { maxTries: 1 });
      crew.request(0);
      await crew.worker(2).failToStart(died('one'));
      expect(crew.errors).to.deep.equal([]);
      const last = died('two');
      await crew.worker(1).failToStart(last);
      expect(crew.errors).to.deep.equal([last]);
    });

    it('fails every capture at once for any other reason', async () => {
      const crew = await crewOf(2);
      crew.request(0);
      const failure = new FilmgateError('SETUP_FAILED', 'no film in the camera');
      await crew.worker(1).failToStart(failure);
      await clock.pass(10_000);
      expect(crew.errors).to.deep.equal([failure]);
      expect(crew.count()).to.equal(2);
    });
  });

  describe('with their frames', () => {
    it('has one worker fewer when a frame’s tries are used up, and tries it on another', async () => {
      const crew = await started(2);
      for (const index of [0, 1, 2]) crew.request(index);
      await die(crew, 1, 3);
      expect(retired(crew)).to.deep.equal(['workerRetired worker 1']);
      expect(crew.worker(1).closes).to.equal(1);
      crew.worker(2).deliver();
      await settle();
      expect(crew.count('worker 2'), 'a fresh one for that frame').to.equal(2);
      await crew.worker(2).start();
      crew.worker(2).deliver();
      crew.worker(2).deliver();
      expect(crew.worker(2).asked).to.deep.equal([0, 2]);
      expect([crew.delivered, crew.errors]).to.deep.equal([[1, 0, 2], []]);
      expect(crew.retried.map(({ tries }) => tries)).to.deep.equal([1, 2, 3]);
    });

    it('tries that frame at once where another is free', async () => {
      const crew = await started(2);
      crew.request(0);
      await die(crew, 1, 3);
      expect(crew.count('worker 2')).to.equal(2);
      await crew.worker(2).start();
      crew.worker(2).deliver();
      expect([crew.delivered, crew.errors]).to.deep.equal([[0], []]);
    });

    it('tells why, and how many are left', async () => {
      const crew = await started(3);
      const told: unknown[] = [];
      crew.pool.events.subscribe((event) => event.type === 'workerRetired' && told.push(event));
      crew.request(0);
      await die(crew, 1, 3);
      expect(told).to.deep.equal([{ type: 'workerRetired', worker: 'worker 1', left: 2, message: 'gone' }]);
    });

    it('has one fewer when they die in a row, whichever frames they are at', async () => {
      const crew = await started(3);
      for (let index = 0; index < 9; index += 1) crew.request(index);
      for (const number of [1, 2, 3, 1, 2]) {
        await die(crew, number, 1);
        await crew.worker(number).start();
        crew.worker(number).deliver();
      }
      expect(retired(crew)).to.deep.equal([]);
      await die(crew, 3, 1);
      expect(retired(crew)).to.deep.equal(['workerRetired worker 3']);
      await die(crew, 1, 1); // Is the first of the next row.
      expect(retired(crew)).to.have.lengthOf(1);
      expect(crew.errors).to.deep.equal([]);
    });

    it('forgets them where enough frames are captured between', async () => {
      const crew = await started(2);
      for (let index = 0; index < 2000; index += 1) crew.request(index);
      for (let death = 0; death < 12; death += 1) {
        for (let frame = 0; frame < 100; frame += 1) crew.worker(1).deliver();
        await die(crew, 1, 1);
        await crew.worker(1).start();
      }
      expect(retired(crew)).to.deep.equal([]);
      expect(crew.retried).to.have.lengthOf(12);
      for (let death = 0; death < 5; death += 1) {
        expect(retired(crew)).to.deep.equal([]);
        crew.worker(1).deliver();
        await die(crew, 1, 1);
        await crew.worker(1).start();
      }
      expect(retired(crew)).to.deep.equal(['workerRetired worker 1']);
    });

    it('does not count what is not a death', async () => {
      const crew = await started(2);
      for (let index = 0; index < 30; index += 1) crew.request(index);
      for (let time = 0; time < 12; time += 1) {
        crew.worker(1).fail(new Error('out of focus'));
        await settle();
        await crew.worker(1).start();
        crew.worker(1).deliver();
      }
      expect(retired(crew)).to.deep.equal([]);
    });

    it('keeps the last, and fails with all that was tried', async () => {
      const crew = await started(2, { maxTries: 2 });
      crew.request(0);
      await die(crew, 1, 2);
      await crew.worker(2).start();
      await die(crew, 2, 2);
      expect(retired(crew)).to.deep.equal(['workerRetired worker 1']);
      expect(crew.errors).to.have.lengthOf(1);
      const error = crew.errors[0] as FilmgateError;
      expect(error).to.have.property('code', 'WORKER_DIED');
      expect(error.message).to.include('frame 0').and.include('4 times');
      expect((error.cause as AggregateError).errors).to.have.lengthOf(4);
    });
  });
});
