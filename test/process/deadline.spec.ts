import { expect } from 'chai';
import { Deadline } from '../../src/process/deadline';
import { useClock } from '../support/clock';
import { later, settle } from '../support/settle';

const HOUR = 3_600_000; // ms

describe('Deadline', () => {
  const clock = useClock();

  afterEach(() => expect(clock.alarms, 'timers that are left').to.equal(0));

  /** What comes of a race, once it has come. */
  function raced<T>(deadline: Deadline, work: Promise<T>, late: () => unknown = () => new Error('late')) {
    const outcome: { value?: T; error?: unknown } = {};
    deadline.race(work, late).then(
      (value) => Object.assign(outcome, { value }),
      (error) => Object.assign(outcome, { error }),
    );
    return outcome;
  }

  const never = () => new Promise<never>(() => {});

  it('gives the result of work that is done in time, and stops its timer', async () => {
    const work = later<string>();
    const outcome = raced(new Deadline(1), work.promise);
    await clock.pass(900);
    work.resolve('done');
    await settle();
    expect(outcome).to.deep.equal({ value: 'done' });
  });

  it('passes on why the work failed', async () => {
    const failure = new Error('broken');
    const outcome = raced(new Deadline(1), Promise.reject(failure));
    await settle();
    expect(outcome.error).to.equal(failure);
  });

  it('fails with what is returned or awaited when it has passed', async () => {
    const outcomes = [
      raced(new Deadline(1), never(), () => 'at once'),
      raced(new Deadline(1), never(), async () => 'awaited'),
    ];
    await clock.pass(1000);
    expect(outcomes).to.deep.equal([{}, {}]);
    await clock.pass(200);
    expect(outcomes.map(({ error }) => error)).to.deep.equal(['at once', 'awaited']);
  });

  it('is one moment for everything that is raced against it in turn', async () => {
    const deadline = new Deadline(2);
    const first = later<void>();
    const one = raced(deadline, first.promise);
    await clock.pass(1600);
    first.resolve();
    await settle();
    const two = raced(deadline, never());
    expect(deadline.remaining).to.be.closeTo(0.4, 1e-6);
    await clock.pass(600);
    expect(one).to.not.have.property('error');
    expect(two.error).to.be.instanceOf(Error);
    expect(deadline.remaining).to.equal(0);
  });

  it('fails at the next tick where it has passed already', async () => {
    const deadline = new Deadline(1);
    const first = raced(deadline, never());
    await clock.pass(1200);
    const second = raced(deadline, never());
    await clock.pass(100);
    expect([first, second].every(({ error }) => error instanceof Error)).to.equal(true);
  });

  it('counts short pauses between two races', async () => {
    const deadline = new Deadline(1);
    for (let turn = 0; turn < 50; turn += 1) {
      raced(deadline, Promise.resolve());
      await clock.pass(20);
    }
    expect(deadline.remaining).to.be.closeTo(0, 1e-6);
  });

  it('does not count the time in which the process was stopped', async () => {
    const deadline = new Deadline(2);
    const outcome = raced(deadline, never());
    await clock.pass(1000);
    clock.sleep(HOUR);
    await clock.pass(500);
    expect(outcome).to.deep.equal({});
    await clock.pass(1000);
    expect(outcome.error).to.be.instanceOf(Error);
  });

  it('reads as its length', () => {
    for (const [seconds, text] of [
      [30, '30 s'],
      [0.5, '0.5 s'],
      [12.345678, '12.3 s'],
    ] as const) {
      expect(`${new Deadline(seconds)}`).to.equal(text);
    }
  });
});
