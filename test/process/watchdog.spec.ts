import { expect } from 'chai';
import { Watchdog } from '../../src/process/watchdog';
import { useClock } from '../support/clock';

const HOUR = 3_600_000; // ms

describe('Watchdog', () => {
  const watchdogs: Watchdog[] = [];

  afterEach(() => {
    for (const watchdog of watchdogs.splice(0)) watchdog.dispose();
  });

  const clock = useClock();
  const open = () => {
    const watchdog = new Watchdog();
    watchdogs.push(watchdog);
    return watchdog;
  };

  /** Waits, and tells how often its time ran out. */
  function wait(seconds: number, watchdog = open()) {
    const lost = { times: 0 };
    watchdog.start(seconds, () => {
      lost.times += 1;
    });
    return lost;
  }

  it('calls back when so long has passed, not before, and once', async () => {
    const lost = wait(1.5);
    await clock.pass(1500);
    expect(lost.times).to.equal(0);
    await clock.pass(200);
    expect(lost.times).to.equal(1);
    await clock.pass(5000);
    expect(lost.times).to.equal(1);
  });

  it('does not pay for what passed before it began to wait', async () => {
    wait(10);
    await clock.pass(90);
    const lost = wait(0.05); // Ten milliseconds before everybody's time is counted.
    await clock.pass(40);
    expect(lost.times).to.equal(0);
    await clock.pass(200);
    expect(lost.times).to.equal(1);
  });

  it('does not pay for it where it begins when the time of another runs out', async () => {
    let late = { times: 0 };
    const waits = open();
    const other = open();
    waits.start(0.1, () => {
      late = wait(0.15, other);
    });
    wait(10, other);
    await clock.pass(340); // Lost at 200: the other is due at 350, and not before.
    expect(late.times).to.equal(0);
    await clock.pass(300);
    expect(late.times).to.equal(1);
  });

  it('begins anew when it waits for something else', async () => {
    const watchdog = open();
    const first = wait(1, watchdog);
    await clock.pass(900);
    const second = wait(1, watchdog);
    await clock.pass(900);
    expect([first.times, second.times]).to.deep.equal([0, 0]);
    await clock.pass(400);
    expect([first.times, second.times]).to.deep.equal([0, 1]);
  });

  it('does not call back when what it waited for has come', async () => {
    const watchdog = open();
    const lost = wait(1, watchdog);
    await clock.pass(900);
    watchdog.stop();
    await clock.pass(HOUR);
    expect(lost.times).to.equal(0);
  });

  it('tells how long it has waited, but for the time in which nothing ran', async () => {
    const watchdog = open();
    wait(HOUR);
    await clock.pass(130);
    wait(HOUR, watchdog);
    await clock.pass(1250);
    expect(watchdog.stop()).to.be.closeTo(1.25, 1e-6);
    expect(watchdog.stop()).to.equal(0);
    wait(HOUR, watchdog);
    await clock.pass(70);
    clock.sleep(HOUR);
    await clock.pass(500);
    expect(watchdog.stop()).to.be.within(0.57, 0.8);
    const lost = wait(1, watchdog);
    await clock.pass(2000);
    expect([lost.times, watchdog.stop()]).to.deep.equal([1, 0]);
  });

  it('may be started again by its own callback', async () => {
    const watchdog = open();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now);
      if (times.length < 3) watchdog.start(1, again);
    };
    watchdog.start(1, again);
    await clock.pass(10_000);
    expect(times).to.have.lengthOf(3);
    for (const [index, time] of times.entries())
      expect(time).to.be.within(1000 * (index + 1), 1400 * (index + 1));
  });

  it('does not count the time in which nothing runs', async () => {
    const lost = wait(2);
    await clock.pass(1000);
    clock.sleep(HOUR);
    await clock.pass(500);
    expect(lost.times).to.equal(0);
    await clock.pass(1000);
    expect(lost.times).to.equal(1);
  });

  it('does not wait longer for it either, where it begins after such a time', async () => {
    wait(HOUR);
    await clock.pass(100);
    clock.sleep(HOUR);
    const lost = wait(1);
    await clock.pass(1500);
    expect(lost.times).to.equal(1);
  });

  it('counts for each of many on its own', async () => {
    const lost = [0.5, 1, 2].map((seconds) => wait(seconds));
    await clock.pass(1300);
    expect(lost.map(({ times }) => times)).to.deep.equal([1, 1, 0]);
  });

  it('keeps one timer, however many there are, and none when none is needed', async () => {
    const [one, two] = [open(), open()];
    wait(1, one);
    wait(1, two);
    wait(1, two);
    expect(clock.alarms).to.equal(1);
    one.dispose();
    expect(clock.alarms).to.equal(1);
    two.dispose();
    two.dispose();
    expect(clock.alarms).to.equal(0);
    const lost = wait(1, two);
    await clock.pass(1300);
    expect(lost.times).to.equal(1);
  });

  it('does not call back once it is disposed of, not even at the tick that comes', async () => {
    const [one, two] = [open(), open()];
    one.start(1, () => two.dispose());
    const lost = wait(1, two);
    await clock.pass(HOUR / 100);
    expect(lost.times).to.equal(0);
  });
});
