import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  concatMap,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  Subject,
  type Subscriber,
  tap,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { FrameBudget } from '../../src/schedule/frameBudget';
import { pullWindow } from '../../src/schedule/pullWindow';
import { reorder } from '../../src/schedule/reorder';
import { expectThrows } from '../support/expectThrows';

describe('FrameBudget', () => {
  const enter = (budget: FrameBudget, ask = () => {}) => budget.lease(ask);

  /** Takes as many frames as there is room for, from this one on. */
  function takeAll(lease: ReturnType<FrameBudget['lease']>, first = 0): number[] {
    const taken: number[] = [];
    for (let index = first; lease.canReserve(); index += 1) {
      lease.reserve(index);
      taken.push(index);
    }
    return taken;
  }

  it('refuses to be without a slot', () => {
    for (const frames of [0, -1, 1.5, Number.NaN]) {
      expectThrows(() => new FrameBudget(frames), 'INVALID_OPTION', 'window');
    }
  });

  describe('in slots', () => {
    it('has so many, and each is one frame’s until that has drained', () => {
      const budget = new FrameBudget(3);
      const lease = enter(budget);
      const slots = [0, 1, 2].map((index) => lease.reserve(index));
      expect(slots.toSorted()).deep.equal([0, 1, 2]);
      expect(lease.canReserve()).equal(false);
      lease.release(1);
      expect(lease.reserve(3)).equal(slots[1]);
    });

    it('throws when a slot is reserved that is not free, so that no two frames share one', () => {
      const lease = enter(new FrameBudget(2));
      takeAll(lease);
      expect(() => lease.reserve(2)).throw('no slot is free for frame 2');
    });

    it('throws when a frame is released that is not outstanding', () => {
      const lease = enter(new FrameBudget(2));
      takeAll(lease);
      lease.release(0);
      expect(() => lease.release(0)).throw('frame 0');
      expect(() => lease.release(7)).throw('frame 7');
    });

    it('gives everything back when it is disposed, and once only', () => {
      const budget = new FrameBudget(2);
      const lease = enter(budget);
      takeAll(lease);
      lease.dispose();
      lease.dispose();
      expect(takeAll(enter(budget))).deep.equal([0, 1]);
    });

    it('shares them equally among those who request', () => {
      const budget = new FrameBudget(6);
      const leases = [enter(budget), enter(budget), enter(budget)];
      const taken = leases.map((lease, at) => takeAll(lease, 100 * at).length);
      expect(taken).deep.equal([2, 2, 2]);
    });

    it('leaves what others have of theirs, who came first, until it drains', () => {
      const budget = new FrameBudget(4);
      const first = enter(budget);
      expect(takeAll(first)).length(4);
      const second = enter(budget);
      expect(takeAll(second, 10)).deep.equal([]);
      for (const index of [0, 1, 2]) {
        first.release(index);
        expect(first.canReserve()).equal(index === 2); // It still has more than its share, or as much.
      }
      expect(takeAll(second, 10)).deep.equal([10, 11]);
      expect(takeAll(first, 4)).deep.equal([4]);
    });

    it('gives the share of those who want no more to the others', () => {
      const budget = new FrameBudget(4);
      const [one, two] = [enter(budget), enter(budget)];
      expect(takeAll(one)).length(2);
      two.reserve(10);
      two.done();
      expect(takeAll(one, 2)).deep.equal([2]);
      two.dispose();
      expect(takeAll(one, 3)).deep.equal([3]);
    });

    it('asks who has waited longest first, and nobody who has had enough', () => {
      const budget = new FrameBudget(9);
      const asked: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((name) => budget.lease(() => asked.push(name)));
      a?.reserve(0);
      budget.wakeAll();
      expect(asked.splice(0)).deep.equal(['b', 'c', 'a']);
      c?.reserve(20);
      b?.done();
      budget.wakeAll();
      expect(asked.splice(0)).deep.equal(['a', 'c']);
      a?.dispose();
      c?.dispose();
      budget.wakeAll();
      expect(asked).deep.equal([]);
    });
  });

  describe('in bytes', () => {
    const budgetOf = (total: number) => new FrameBudget(99, { total, perFrame: 100 });

    it('counts a frame that is not captured with the most that it can have', () => {
      expect(takeAll(enter(budgetOf(250)))).length(2);
    });

    it('counts a captured frame with what it has', () => {
      const budget = budgetOf(250);
      const lease = enter(budget);
      takeAll(lease);
      budget.settle(1, 50);
      expect(lease.canReserve()).equal(true);
      budget.settle(1, 51);
      expect(lease.canReserve()).equal(false);
    });

    it('gives back all that a frame had', () => {
      const budget = budgetOf(100);
      const lease = enter(budget);
      lease.reserve(0);
      budget.settle(0, 7);
      expect(lease.canReserve()).equal(false);
      lease.release(0);
      expect(lease.canReserve()).equal(true);
      lease.reserve(1);
      expect(lease.canReserve()).equal(false);
      lease.dispose();
      expect(takeAll(enter(budget))).length(1);
    });

    it('does not count what comes of a frame that was given back', () => {
      const budget = budgetOf(200);
      const lease = enter(budget);
      lease.reserve(0);
      lease.release(0);
      budget.settle(0, 100);
      expect(takeAll(lease, 1)).length(2);
    });

    it('always has room for one frame, of all who request', () => {
      const budget = budgetOf(1);
      const [one, two] = [enter(budget), enter(budget)];
      expect(takeAll(one)).length(1);
      expect(takeAll(two, 10)).length(0);
    });
  });

  /** Keeps account of what is outstanding, and checks each request against it. */
  class Account {
    readonly outstanding = new Map<number, { readonly slot: number; bytes: number }>();

    constructor(
      private readonly budget: FrameBudget,
      private readonly total: number | undefined,
    ) {}

    request(index: number, slot: number): void {
      expect(slot).within(0, this.budget.frames - 1);
      for (const other of this.outstanding.values()) expect(slot).not.equal(other.slot);
      this.outstanding.set(index, { slot, bytes: 100 });
      expect(this.outstanding.size).most(this.budget.frames);
      if (this.total !== undefined && this.outstanding.size > 1) expect(this.bytes).most(this.total);
    }

    hold(index: number, bytes: number): void {
      const frame = this.outstanding.get(index);
      if (frame) frame.bytes = bytes;
      this.budget.settle(index, bytes);
    }

    get bytes(): number {
      return [...this.outstanding.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }

  const totals = fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined });

  it('property: has slots for all, and never more frames or bytes than it was made for', () => {
    const step = fc.record({ who: fc.nat(3), what: fc.nat(9), bytes: fc.nat(100) });
    const steps = fc.array(step, { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), totals, steps, (frames, total, todo) => {
        const budget = new FrameBudget(frames, total === undefined ? undefined : { total, perFrame: 100 });
        const account = new Account(budget, total);
        const leases = [0, 1, 2, 3].map((who) => ({
          ...enter(budget),
          next: 1000 * who,
          held: [] as number[],
        }));
        for (const { who, what, bytes } of todo) {
          const lease = leases[who] as (typeof leases)[number];
          const { held } = lease;
          const at = held[what % Math.max(held.length, 1)] ?? -1;
          if (what < 5 && lease.canReserve()) {
            expect(held.length).below(Math.ceil(frames / 4));
            account.request(lease.next, lease.reserve(lease.next));
            held.push(lease.next);
            lease.next += 1;
          } else if (what < 7 && at >= 0) {
            account.hold(at, bytes);
          } else if (what < 9 && at >= 0) {
            lease.release(at);
            account.outstanding.delete(at);
            held.splice(held.indexOf(at), 1);
          } else if (bytes < 5) {
            lease.dispose();
            for (const index of held.splice(0)) account.outstanding.delete(index);
            Object.assign(lease, enter(budget));
          }
        }
        const { size } = account.outstanding;
        const fits = size < frames && (total === undefined || account.bytes + 100 <= total);
        for (const { held, canReserve } of leases) {
          expect(canReserve()).equal(size === 0 || (fits && held.length < Math.ceil(frames / 4)));
        }
      }),
      { numRuns: 300 },
    );
  });

  describe('for several films at once', () => {
    const times = fc.oneof(fc.constant([0]), fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }));
    const scripts = fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
      frames: fc.integer({ min: 1, max: 20 }),
      workers: fc.integer({ min: 1, max: 8 }),
      total: totals,
      captureTimes: times,
      writeTimes: times,
      sizes: fc.array(fc.nat(100), { minLength: 1, maxLength: 10 }),
    });
    const turn = (list: readonly number[], index: number) => list[index % list.length] ?? 0;

    it('property: all of them end, whatever takes how long, within the bounds', () => {
      fc.assert(
        fc.property(scripts, (script) => {
          const { counts, frames, workers, total, captureTimes, writeTimes, sizes } = script;
          const clock = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
          const budget = new FrameBudget(frames, total === undefined ? undefined : { total, perFrame: 100 });
          const account = new Account(budget, total);
          const soon = (time: number) => (time === 0 ? of(0) : timer(time, clock));

          // One pool for all: what was asked for first is captured first.
          const asked = new Subject<{ readonly index: number; readonly done: Subscriber<number> }>();
          const capture = (index: number) => new Observable<number>((done) => asked.next({ index, done }));
          const deliver = tap(({ index, done }: { index: number; done: Subscriber<number> }) => {
            account.hold(index, turn(sizes, index));
            done.next(index);
            done.complete();
          });
          const captured = mergeMap(
            (task: { index: number; done: Subscriber<number> }) =>
              soon(turn(captureTimes, task.index)).pipe(
                map(() => task),
                deliver,
              ),
            workers,
          );
          asked.pipe(captured).subscribe();

          const drained = counts.map(() => [] as number[]);
          const film = (count: number, at: number) => {
            const range = { first: 1000 * at, count };
            return pullWindow(range, budget, (requests) =>
              requests.pipe(
                tap(({ index, slot }) => account.request(index, slot)),
                mergeMap(({ index }) => capture(index)),
                map((index) => ({ index })),
                reorder(range),
                concatMap(({ index }) => soon(turn(writeTimes, index)).pipe(map(() => index))),
                tap((index) => {
                  account.outstanding.delete(index);
                  drained[at]?.push(index - range.first);
                }),
              ),
            );
          };
          let ended = false;
          merge(...counts.map(film)).subscribe({ complete: () => (ended = true) });
          clock.flush();
          expect(ended).equal(true);
          expect(drained).deep.equal(
            counts.map((count) => Array.from({ length: count }, (_, index) => index)),
          );
          expect(account.outstanding.size).equal(0);
        }),
        { numRuns: 200 },
      );
    });

    it('gets through 200,000 frames of synchronous ones', () => {
      let drained = 0;
      let ended = false;
      const budget = new FrameBudget(3);
      const films = [0, 1, 2, 3].map((at) =>
        pullWindow({ first: at * 50_000, count: 50_000 }, budget, (requests) =>
          requests.pipe(concatMap(({ index }) => of(index))),
        ),
      );
      merge(...films).subscribe({ next: () => (drained += 1), complete: () => (ended = true) });
      expect({ drained, ended }).deep.equal({ drained: 200_000, ended: true });
    });
  });
});
