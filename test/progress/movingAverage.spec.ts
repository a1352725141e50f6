import { expect } from 'chai';
import * as fc from 'fast-check';
import { MovingAverage } from '../../src/progress/movingAverage';

describe('MovingAverage', () => {
  it('is 0 before any time has passed', () => {
    const recent = new MovingAverage();
    expect(recent.perSecond).equal(0);
    recent.count(5);
    expect(recent.perSecond).equal(0);
  });

  it('finds a steady rate', () => {
    const recent = new MovingAverage();
    for (let frame = 0; frame < 300; frame += 1) {
      recent.pass(1 / 30, 0);
      recent.count(1);
    }
    expect(recent.perSecond).closeTo(30, 0.5);
  });

  it('forgets: after a change it is soon near the new rate', () => {
    const recent = new MovingAverage();
    const run = (rate: number, seconds: number) => {
      for (let frame = 0; frame < rate * seconds; frame += 1) {
        recent.pass(1 / rate, 0);
        recent.count(1);
      }
    };
    run(100, 20);
    run(10, 2);
    expect(recent.perSecond).within(45, 60); // Half of the old rate, half of the new one.
    run(10, 18);
    expect(recent.perSecond).within(10, 11);
  });

  it('falls when nothing happens any more', () => {
    const recent = new MovingAverage();
    recent.pass(1, 0);
    recent.count(10);
    const before = recent.perSecond;
    for (let tick = 0; tick < 40; tick += 1) recent.pass(0.25, 0);
    expect(recent.perSecond).below(before / 10);
  });

  it('property: a share of time stays a share, and a steady one is found', () => {
    const steps = fc.array(fc.double({ min: 0.001, max: 5, noNaN: true }), { minLength: 1, maxLength: 50 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(steps, share, (passes, steady) => {
        const recent = new MovingAverage();
        for (const seconds of passes) recent.pass(seconds, seconds * steady);
        expect(recent.perSecond).closeTo(steady, 1e-9);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.001, max: 5, noNaN: true }), share), { minLength: 1 }),
        (passes) => {
          const recent = new MovingAverage();
          for (const [seconds, part] of passes) recent.pass(seconds, seconds * part);
          expect(recent.perSecond).within(0, 1 + 1e-9);
        },
      ),
    );
  });
});
