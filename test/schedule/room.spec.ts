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
import { pullWindow } from '../../src/schedule/pullWindow';
import { reorder } from '../../src/schedule/reorder';
import { Room } from '../../src/schedule/room';
import { expectRefused } from '../support/refused';

describe('Room', () => {
  const enter = (room: Room, ask = () => {}) => room.enter(ask);

  /** Takes as many frames as there is room for, from this one on. */
  function takeAll(tenant: ReturnType<Room['enter']>, first = 0): number[] {
    const taken: number[] = [];
    for (let index = first; tenant.hasRoom(); index += 1) {
      tenant.take(index);
      taken.push(index);
    }
    return taken;
  }

  it('refuses to be without a place', () => {
    for (const frames of [0, -1, 1.5, Number.NaN]) {
      expectRefused(() => new Room(frames), 'INVALID_OPTION', 'window');
    }
  });

  describe('in places', () => {
    it('has so many, and each is one frame’s until that has drained', () => {
      const room = new Room(3);
      const tenant = enter(room);
      expect(takeAll(tenant)).deep.equal([0, 1, 2]);
      const places = [0, 1, 2].map((index) => room.placeOf(index));
      expect(places.toSorted()).deep.equal([0, 1, 2]);
      tenant.free(1);
      expect(takeAll(tenant, 3)).deep.equal([3]);
      expect(room.placeOf(3)).equal(places[1]);
    });

    it('gives back no more than was taken', () => {
      const room = new Room(2);
      const tenant = enter(room);
      takeAll(tenant);
      for (const index of [0, 0, 7]) tenant.free(index);
      expect(takeAll(tenant, 2)).deep.equal([2]);
      tenant.leave();
      tenant.leave();
      expect(takeAll(enter(room))).deep.equal([0, 1]);
    });

    it('shares them equally among those who request', () => {
      const room = new Room(6);
      const tenants = [enter(room), enter(room), enter(room)];
      const taken = tenants.map((tenant, at) => takeAll(tenant, 100 * at).length);
      expect(taken).deep.equal([2, 2, 2]);
    });

    it('leaves what others have of theirs, who came first, until it drains', () => {
      const room = new Room(4);
      const first = enter(room);
      expect(takeAll(first)).length(4);
      const second = enter(room);
      expect(takeAll(second, 10)).deep.equal([]);
      for (const index of [0, 1, 2]) {
        first.free(index);
        expect(first.hasRoom()).equal(index === 2); // It still has more than its share, or as much.
      }
      expect(takeAll(second, 10)).deep.equal([10, 11]);
      expect(takeAll(first, 4)).deep.equal([4]);
    });

    it('gives the share of those who want no more to the others', () => {
      const room = new Room(4);
      const [one, two] = [enter(room), enter(room)];
      expect(takeAll(one)).length(2);
      two.take(10);
      two.rest();
      expect(takeAll(one, 2)).deep.equal([2]);
      two.leave();
      expect(takeAll(one, 3)).deep.equal([3]);
    });

    it('asks who has waited longest first, and nobody who has had enough', () => {
      const room = new Room(9);
      const asked: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((name) => room.enter(() => asked.push(name)));
      a?.take(0);
      room.askAll();
      expect(asked.splice(0)).deep.equal(['b', 'c', 'a']);
      c?.take(20);
      b?.rest();
      room.askAll();
      expect(asked.splice(0)).deep.equal(['a', 'c']);
      a?.leave();
      c?.leave();
      room.askAll();
      expect(asked).deep.equal([]);
    });
  });

  describe('in bytes', () => {
    const roomOf = (budget: number) => new Room(99, { budget, perFrame: 100 });

    it('counts a frame that is not captured with the most that it can have', () => {
      expect(takeAll(enter(roomOf(250)))).length(2);
    });

    it('counts a captured frame with what it has', () => {
      const room = roomOf(250);
      const tenant = enter(room);
      takeAll(tenant);
      room.hold(1, 50);
      expect(tenant.hasRoom()).equal(true);
      room.hold(1, 51);
      expect(tenant.hasRoom()).equal(false);
    });

    it('gives back all that a frame had', () => {
      const room = roomOf(100);
      const tenant = enter(room);
      tenant.take(0);
      room.hold(0, 7);
      expect(tenant.hasRoom()).equal(false);
      tenant.free(0);
      expect(tenant.hasRoom()).equal(true);
      tenant.free(0);
      tenant.take(1);
      expect(tenant.hasRoom()).equal(false);
      tenant.leave();
      expect(takeAll(enter(room))).length(1);
    });

    it('does not count what comes of a frame that was given back', () => {
      const room = roomOf(200);
      const tenant = enter(room);
      tenant.take(0);
      tenant.free(0);
      room.hold(0, 100);
      expect(takeAll(tenant, 1)).length(2);
    });

    it('always has room for one frame, of all who request', () => {
      const room = roomOf(1);
      const [one, two] = [enter(room), enter(room)];
      expect(takeAll(one)).length(1);
      expect(takeAll(two, 10)).length(0);
    });
  });

  /** Keeps account of what is outstanding, and checks each request against it. */
  class Account {
    readonly outstanding = new Map<number, { readonly place: number; bytes: number }>();

    constructor(
      private readonly room: Room,
      private readonly budget: number | undefined,
    ) {}

    request(index: number): void {
      const place = this.room.placeOf(index);
      expect(place).within(0, this.room.frames - 1);
      for (const other of this.outstanding.values()) expect(place).not.equal(other.place);
      this.outstanding.set(index, { place, bytes: 100 });
      expect(this.outstanding.size).most(this.room.frames);
      if (this.budget !== undefined && this.outstanding.size > 1) expect(this.bytes).most(this.budget);
    }

    hold(index: number, bytes: number): void {
      const frame = this.outstanding.get(index);
      expect(this.room.placeOf(index)).equal(frame?.place);
      if (frame) frame.bytes = bytes;
      this.room.hold(index, bytes);
    }

    get bytes(): number {
      return [...this.outstanding.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }

  const budgets = fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined });

  it('property: has places for all, and never more frames or bytes than it was made for', () => {
    const step = fc.record({ who: fc.nat(3), what: fc.nat(9), bytes: fc.nat(100) });
    const steps = fc.array(step, { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), budgets, steps, (frames, budget, todo) => {
        const room = new Room(frames, budget === undefined ? undefined : { budget, perFrame: 100 });
        const account = new Account(room, budget);
        const tenants = [0, 1, 2, 3].map((who) => ({
          ...enter(room),
          next: 1000 * who,
          held: [] as number[],
        }));
        for (const { who, what, bytes } of todo) {
          const tenant = tenants[who] as (typeof tenants)[number];
          const { held } = tenant;
          const at = held[what % Math.max(held.length, 1)] ?? -1;
          if (what < 5 && tenant.hasRoom()) {
            expect(held.length).below(Math.ceil(frames / 4));
            tenant.take(tenant.next);
            account.request(tenant.next);
            held.push(tenant.next);
            tenant.next += 1;
          } else if (what < 7 && at >= 0) {
            account.hold(at, bytes);
          } else if (what < 9 && at >= 0) {
            tenant.free(at);
            account.outstanding.delete(at);
            held.splice(held.indexOf(at), 1);
          } else if (bytes < 5) {
            tenant.leave();
            for (const index of held.splice(0)) account.outstanding.delete(index);
            Object.assign(tenant, enter(room));
          }
        }
        const { size } = account.outstanding;
        const fits = size < frames && (budget === undefined || account.bytes + 100 <= budget);
        for (const { held, hasRoom } of tenants) {
          expect(hasRoom()).equal(size === 0 || (fits && held.length < Math.ceil(frames / 4)));
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
      budget: budgets,
      captureTimes: times,
      writeTimes: times,
      sizes: fc.array(fc.nat(100), { minLength: 1, maxLength: 10 }),
    });
    const turn = (list: readonly number[], index: number) => list[index % list.length] ?? 0;

    it('property: all of them end, whatever takes how long, within the bounds', () => {
      fc.assert(
        fc.property(scripts, (script) => {
          const { counts, frames, workers, budget, captureTimes, writeTimes, sizes } = script;
          const clock = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
          const room = new Room(frames, budget === undefined ? undefined : { budget, perFrame: 100 });
          const account = new Account(room, budget);
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
            return pullWindow(range, room, (indices) =>
              indices.pipe(
                tap((index) => account.request(index)),
                mergeMap(capture),
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
      const room = new Room(3);
      const films = [0, 1, 2, 3].map((at) =>
        pullWindow({ first: at * 50_000, count: 50_000 }, room, (indices) =>
          indices.pipe(concatMap((index) => of(index))),
        ),
      );
      merge(...films).subscribe({ next: () => (drained += 1), complete: () => (ended = true) });
      expect({ drained, ended }).deep.equal({ drained: 200_000, ended: true });
    });
  });
});
