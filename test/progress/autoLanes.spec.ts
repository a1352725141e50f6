import os, { type CpuInfo } from 'node:os';
import { expect } from 'chai';
import { concat, from, NEVER, type Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { RenderEvent } from '../../src/frames/events';
import { autoLanes } from '../../src/progress/autoLanes';
import { summaryOf } from '../support/events';
import { virtualTime } from '../support/virtualTime';

const LANES = { 1: 1, 2: 2, 3: 3, 4: 4 } as const;

describe('autoLanes', () => {
  let time: TestScheduler;

  beforeEach(() => {
    time = virtualTime();
  });

  const requested = (index: number): RenderEvent => ({ type: 'requested', index });
  const writing = (index: number): RenderEvent => ({ type: 'writing', index });
  const started = (index: number, worker: string): RenderEvent => ({ type: 'captureStarted', index, worker });
  const ready = (worker: string): RenderEvent => ({ type: 'workerReady', worker });
  const begun: RenderEvent[] = [
    { type: 'planned', plan: summaryOf(1000, ['a', 'b', 'c', 'd']) },
    ...['a', 'b', 'c', 'd'].map(ready),
    requested(0),
  ];
  /** So many of four workers wait, from now on, while FFmpeg has a frame to take. */
  const waiting = (count: number): RenderEvent[] => [
    ...begun,
    writing(0),
    ...['a', 'b', 'c', 'd'].slice(count).map((worker, at) => started(at + 1, worker)),
  ];
  const on = (events: RenderEvent[]): Observable<RenderEvent> => concat(from(events), NEVER);

  it('is one lane at once, one more when the encoder holds the workers up, and so on when that has settled', () => {
    time.run(({ expectObservable }) => {
      const lanes = autoLanes(on(waiting(4)), 4, () => 1);
      expectObservable(lanes, '^ 20s !').toBe('1 999ms 2 2999ms 3 2999ms 4', LANES);
    });
  });

  it('stays at the most there may be', () => {
    time.run(({ expectObservable }) => {
      const lanes = (most: number) => autoLanes(on(waiting(4)), most, () => 8);
      expectObservable(lanes(2), '^ 20s !').toBe('1 999ms 2', LANES);
      expectObservable(lanes(1), '^ 20s !').toBe('1', LANES);
    });
  });

  it('stays as it is while no core is idle', () => {
    time.run(({ expectObservable }) => {
      const busy = autoLanes(on(waiting(4)), 4, () => 0.9);
      expectObservable(busy, '^ 20s !').toBe('1', LANES);
      let looks = 0;
      const busyAtFirst = autoLanes(on(waiting(4)), 4, () => {
        looks += 1;
        return looks > 5 ? 1 : 0.9;
      });
      expectObservable(busyAtFirst, '^ 8s !').toBe('1 5999ms 2', LANES);
    });
  });

  it('asks at every look how many cores are idle, and not only when it matters', () => {
    time.run(({ expectObservable, flush }) => {
      let looks = 0;
      const idle = () => {
        looks += 1;
        return 8;
      };
      expectObservable(autoLanes(on(waiting(0)), 4, idle), '^ 5500ms !').toBe('1', LANES);
      flush();
      expect(looks).equal(5);
    });
  });

  it('stays as it is while capture is the bottleneck, or neither is', () => {
    time.run(({ expectObservable }) => {
      const captureIsSlow = [...begun, ...['a', 'b', 'c'].map((worker, at) => started(at, worker))];
      expectObservable(
        autoLanes(on(captureIsSlow), 4, () => 8),
        '^ 20s !',
      ).toBe('1', LANES);
      const allWaitForOne = [...begun, started(0, 'a')];
      expectObservable(
        autoLanes(on(allWaitForOne), 4, () => 8),
        '^ 20s !',
      ).toBe('1', LANES);
      const bothAreBusy = waiting(0);
      expectObservable(
        autoLanes(on(bothAreBusy), 4, () => 8),
        '^ 20s !',
      ).toBe('1', LANES);
    });
  });

  it('wants more than half of the time of the workers', () => {
    time.run(({ expectObservable }) => {
      expectObservable(
        autoLanes(on(waiting(2)), 4, () => 8),
        '^ 20s !',
      ).toBe('1', LANES);
      expectObservable(
        autoLanes(on(waiting(3)), 4, () => 8),
        '^ 2s !',
      ).toBe('1 999ms 2', LANES);
    });
  });

  it('stops when the new lane has helped', () => {
    time.run(({ hot, expectObservable }) => {
      const busy = ['a', 'b', 'c', 'd'].map((worker, at) => started(at + 1, worker));
      const events: RenderEvent[] = [...waiting(4), ...busy];
      const marbles = `(${'0123456'}) 1491ms (${'789A'})`; // The workers have something to do after 1.5 s.
      const values = Object.fromEntries(events.map((event, at) => [at.toString(16).toUpperCase(), event]));
      expectObservable(
        autoLanes(hot(marbles, values), 4, () => 8),
        '^ 20s !',
      ).toBe('1 999ms 2', LANES);
    });
  });

  it('lets go of the render when nobody wants to know any more', () => {
    time.run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<RenderEvent>('-');
      expectObservable(
        autoLanes(source, 4, () => 8),
        '^ 5s !',
      ).toBe('1', LANES);
      expectSubscriptions(source.subscriptions).toBe('^ 5s !');
    });
  });

  describe('by the idle cores of this computer', () => {
    const { cpus } = os;
    afterEach(() => {
      os.cpus = cpus;
    });

    /** Eight cores, each idle for so much of the time before it is asked for the nth time, counted from 0. */
    function pretend(idleShare: (nth: number) => number): void {
      let asked = 0;
      let idle = 0;
      os.cpus = () => {
        idle += 1000 * idleShare(asked);
        const times = { user: 1000 * asked - idle, nice: 0, sys: 0, idle, irq: 0 };
        asked += 1;
        return Array.from({ length: 8 }, (): CpuInfo => ({ model: '', speed: 0, times }));
      };
    }

    for (const [share, marbles] of [
      [1, '1 999ms 2'],
      [0.13, '1 999ms 2'], // 1.04 cores
      [0.12, '1'],
      [0, '1'],
    ] as const) {
      it(`of eight, each idle for ${share} of the time`, () => {
        pretend(() => share);
        time.run(({ expectObservable }) => {
          expectObservable(autoLanes(on(waiting(4)), 2), '^ 20s !').toBe(marbles, LANES);
        });
      });
    }

    it('since the last look, and not on average', () => {
      pretend((nth) => (nth > 10 ? 0.2 : 0));
      time.run(({ expectObservable }) => {
        expectObservable(autoLanes(on(waiting(4)), 2), '^ 20s !').toBe('1 10999ms 2', LANES);
      });
    });
  });
});
