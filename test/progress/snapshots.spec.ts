import { expect } from 'chai';
import { map, NEVER, type Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { RenderEvent } from '../../src/frames/events';
import type { Snapshot } from '../../src/progress/snapshot';
import { snapshots } from '../../src/progress/snapshots';
import { summaryOf } from '../support/events';
import { virtualTime } from '../support/virtualTime';

/** `p` plans, `r` requests a frame, `g` gives it to FFmpeg, `w` is when that has taken it. */
const events: Record<string, RenderEvent> = {
  p: { type: 'planned', plan: summaryOf(9, ['a']) },
  r: { type: 'requested', index: 0 },
  g: { type: 'writing', index: 0 },
  w: { type: 'written', index: 0 },
};

describe('snapshots', () => {
  let time: TestScheduler;

  beforeEach(() => {
    time = virtualTime();
  });

  /** Snapshots as `requested/written`, one every five virtual frames. */
  function counts(source: Observable<RenderEvent>): Observable<string> {
    return source.pipe(
      snapshots({ every: 5, scheduler: time }),
      map(({ requested, written }) => `${requested}/${written}`),
    );
  }

  it('takes one at each tick of the clock, be there many events or none, and one at the end', () => {
    time.run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('          p-rrr-rw---gw----|', events);
      const expected = '            -----a----b----c-(d|)';
      const values = { a: '3/0', b: '4/1', c: '4/2', d: '4/2' };
      expectObservable(counts(source)).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe('^----------------!');
    });
  });

  it('takes the last one at the very end, not at the next tick', () => {
    time.run(({ hot, expectObservable }) => {
      const source = hot('                  pr-----w|', events);
      expectObservable(counts(source)).toBe('-----a--(b|)', { a: '1/0', b: '1/1' });
    });
  });

  it('passes on an error at once, without a snapshot', () => {
    time.run(({ hot, expectObservable }) => {
      const source = hot('                  pr-----#', events, 'lost');
      expectObservable(counts(source)).toBe('-----a-#', { a: '1/0' }, 'lost');
    });
  });

  it('stops the clock and lets go of the render when it is unsubscribed', () => {
    time.run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('                           pr-----------', events);
      expectObservable(counts(source), '             -------!').toBe('-----a--', { a: '1/0' });
      expectSubscriptions(source.subscriptions).toBe('^------!');
    });
  });

  it('measures time by its clock', () => {
    time.run(({ hot, expectObservable }) => {
      const elapsed = hot('p 2s |', events).pipe(
        snapshots({ every: 1000, scheduler: time }),
        map(({ elapsedSeconds }) => String(elapsedSeconds)),
      );
      expectObservable(elapsed).toBe('1s a 999ms b (c|)', { a: '1', b: '2', c: '2.001' });
    });
  });

  it('takes four a second by the real clock, unless told otherwise', async () => {
    const taken: Snapshot[] = [];
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const subscription = NEVER.pipe(snapshots()).subscribe((snapshot) => {
        taken.push(snapshot);
        subscription.unsubscribe();
        resolve();
      });
    });
    expect(performance.now() - began).least(200);
    expect(taken[0]?.elapsedSeconds).least(0.2);
  });
});
