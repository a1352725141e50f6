import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  concat,
  defer,
  EMPTY,
  ignoreElements,
  type Observable,
  of,
  Subject,
  take,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { inLanes } from '../../src/schedule/lanes';
import { virtualTime } from '../support/virtualTime';

describe('inLanes', () => {
  let time: TestScheduler;

  beforeEach(() => {
    time = virtualTime();
  });

  /** Runs these, each of which leaves its lane at x. */
  function run(runs: readonly Observable<string>[], lanes: number): Observable<string> {
    return inLanes(
      runs,
      lanes,
      (one) => one,
      (_, event) => event === 'x',
    );
  }

  it('begins the next when one leaves its lane, but no more than one beside the lanes', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('                            --x---A|');
      const b = cold('                              --x---B|');
      const c = cold('                                   --x---C|');
      expectObservable(run([a, b, c], 1)).toBe('--x-x-A-Bx---C|');
      expectSubscriptions(a.subscriptions).toBe('  ^------!');
      expectSubscriptions(b.subscriptions).toBe('  --^------!');
      expectSubscriptions(c.subscriptions).toBe('  -------^------!');
    });
  });

  it('begins the next when one has ended that never left', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('                            --|');
      const b = cold('                              -A-|');
      const c = cold('                                 -x|');
      expectObservable(run([a, b, c], 1)).toBe('---A--x|');
      expectSubscriptions(b.subscriptions).toBe('  --^--!');
      expectSubscriptions(c.subscriptions).toBe('  -----^-!');
    });
  });

  it('takes the next one in order, whichever lane is free', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('                               ------x|');
      const b = cold('                               --x|');
      const c = cold('                                 --x--|');
      const d = cold('                                   -x|');
      expectObservable(run([a, b, c, d], 2)).toBe('--x-xxx|');
      expectSubscriptions(a.subscriptions).toBe('     ^------!');
      expectSubscriptions(b.subscriptions).toBe('     ^--!');
      expectSubscriptions(c.subscriptions).toBe('     --^----!');
      expectSubscriptions(d.subscriptions).toBe('     ----^-!');
    });
  });

  it('leaves a lane once, however often it says so', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('                               -xx-x---|');
      const b = cold('                                --------x|');
      const c = cold('                                        -----|');
      expectObservable(run([a, b, c], 1)).toBe('  -xx-x----x----|');
      expectSubscriptions(c.subscriptions).toBe('     ---------^----!');
    });
  });

  it('ends at once when there is nothing to do', () => {
    time.run(({ expectObservable }) => expectObservable(run([], 1)).toBe('|'));
  });

  it('emits an event before anything begins because of it', () => {
    const events = new Subject<string>();
    const log: string[] = [];
    const late = defer(() => of(`begins after ${log.length}`));
    run([events, late], 1).subscribe((event) => log.push(event));
    events.next('w');
    events.next('x');
    expect(log).deep.equal(['w', 'x', 'begins after 2']);
  });

  it('gets through 100,000 synchronous ones', () => {
    let seen = 0;
    let ended = false;
    const runs = Array.from({ length: 100_000 }, () => of('x'));
    run(runs, 2).subscribe({ next: () => (seen += 1), complete: () => (ended = true) });
    expect({ seen, ended }).deep.equal({ seen: 100_000, ended: true });
  });

  describe('tears all of it down, and begins nothing more,', () => {
    it('when one fails', () => {
      time.run(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('                               -x------|');
        const b = cold('                               ----#    ', undefined, 'lost');
        const c = cold('                                -------x|');
        const d = cold('                                    -|');
        expectObservable(run([a, b, c, d], 2)).toBe('-x--#', undefined, 'lost');
        for (const one of [a, b]) expectSubscriptions(one.subscriptions).toBe('^---!');
        expectSubscriptions(c.subscriptions).toBe('    -^--!');
        expectSubscriptions(d.subscriptions).toBe([]);
      });
    });

    it('when it is unsubscribed', () => {
      time.run(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('                     -x------|');
        const b = cold('                      -------x|');
        const c = cold('                           -|');
        const unsubscribe = '                ---!';
        expectObservable(run([a, b, c], 1), unsubscribe).toBe('-x--');
        expectSubscriptions(a.subscriptions).toBe('^--!');
        expectSubscriptions(b.subscriptions).toBe('-^-!');
        expectSubscriptions(c.subscriptions).toBe([]);
      });
    });

    it('when one cannot be begun, at first or later', () => {
      time.run(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('            --x--|');
        const begin = (one: Observable<string> | undefined) => {
          if (one) return one;
          throw 'lost';
        };
        const leaves = (_: unknown, event: string) => event === 'x';
        expectObservable(inLanes([undefined, a], 1, begin, leaves)).toBe('#', undefined, 'lost');
        expectObservable(inLanes([a, undefined], 1, begin, leaves)).toBe('--(x#)', undefined, 'lost');
        expectSubscriptions(a.subscriptions).toBe('^-!');
      });
    });

    it('when enough is seen of synchronous ones', () => {
      let begun = 0;
      const one = defer(() => {
        begun += 1;
        return of('x');
      });
      run(
        Array.from({ length: 9 }, () => one),
        1,
      )
        .pipe(take(2))
        .subscribe();
      expect(begun).equal(2);
    });
  });

  it('is cold: each subscription runs all of them', () => {
    let begun = 0;
    const one = defer(() => {
      begun += 1;
      return of('x');
    });
    const both = run([one, one], 1);
    expect(begun).equal(0);
    both.subscribe();
    both.subscribe();
    expect(begun).equal(4);
  });

  describe('property: whatever takes how long', () => {
    const films = fc.array(fc.record({ leaves: fc.option(fc.nat(20)), ends: fc.nat(20) }), { maxLength: 30 });
    const lanes = fc.integer({ min: 1, max: 5 });

    it('each is run once and in order, in no more lanes than there are, and in no fewer', () => {
      fc.assert(
        fc.property(films, lanes, (script, most) => {
          const clock = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
          const wait = (span: number) => timer(span, clock).pipe(ignoreElements());
          const begun: number[] = [];
          let [inLane, open, ended] = [0, 0, false];

          const film = (at: number) => {
            const { leaves, ends } = script[at] as (typeof script)[number];
            begun.push(at);
            inLane += 1;
            open += 1;
            expect(inLane).most(most);
            expect(open).most(most + 1);
            const leave = defer(() => {
              inLane -= 1;
              return of('left');
            });
            const end = defer(() => {
              if (leaves === null) inLane -= 1;
              open -= 1;
              return EMPTY;
            });
            return concat(leaves === null ? EMPTY : concat(wait(leaves), leave), wait(ends), end);
          };
          const indices = script.map((_, at) => at);
          inLanes(indices, most, film, (_, event) => event === 'left').subscribe({
            complete: () => (ended = true),
          });
          for (let moment = 0; !ended && moment < 3000; moment += 1) {
            clock.maxFrames = moment;
            clock.flush();
            expect([inLane === most || open === most + 1, begun.length === script.length]).include(true);
          }
          expect(ended).equal(true);
          expect(begun).deep.equal(indices);
          expect([inLane, open]).deep.equal([0, 0]);
        }),
        { numRuns: 200 },
      );
    });
  });
});
