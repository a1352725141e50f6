import { expect } from 'chai';
import * as fc from 'fast-check';
import { concat, endWith, ignoreElements, type Observable, of, take, throwError, timer } from 'rxjs';
import { withCleanup } from '../../src/schedule/withCleanup';
import { LARGEST_FRAME, type Script, VirtualPipeline } from '../support/virtualPipeline';

const times = fc.oneof(
  fc.constant([0]), // All synchronous.
  fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
);

const scripts: fc.Arbitrary<Script> = fc.record({
  count: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 3000 }) },
  ),
  window: fc.integer({ min: 1, max: 20 }),
  workers: fc.integer({ min: 1, max: 8 }),
  captureTimes: times,
  writeTimes: times,
  sizes: fc.array(fc.nat(LARGEST_FRAME), { minLength: 1, maxLength: 10 }),
  byteLimit: fc.option(fc.integer({ min: 1, max: 10 * LARGEST_FRAME }), { nil: undefined }),
});

/** Watches a film that opens three resources, and keeps account of how it ended. */
function watch(virtual: VirtualPipeline, film: Observable<number>) {
  const seen: number[] = [];
  const ends: string[] = [];
  const result = withCleanup(
    (onClose) => {
      for (const name of ['first', 'second', 'third']) {
        const closed = timer(5, virtual.clock).pipe(ignoreElements(), endWith(name));
        onClose(() => {
          ends.push(`${name} closing, ${virtual.busy} busy`);
          return closed;
        });
      }
      return film;
    },
    () => ends.push('closed'),
  );
  const subscription = result.subscribe({
    next: (index) => seen.push(index),
    error: (error) => ends.push(error.code ?? error),
    complete: () => ends.push('complete'),
  });
  return { seen, ends, subscription };
}

const ALL_CLOSED = ['third closing, 0 busy', 'second closing, 0 busy', 'first closing, 0 busy', 'closed'];

function firstIndices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('the schedule, whatever happens', () => {
  it('writes every frame once and in order, keeps to the window, and ends', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { count, window, writeTimes, byteLimit } = script;
        const virtual = new VirtualPipeline(script);
        const { seen, ends } = watch(virtual, virtual.render());
        virtual.clock.flush();
        expect(virtual.written).deep.equal(firstIndices(count));
        expect(seen).deep.equal(virtual.written);
        expect(virtual.requested).equal(count);
        expect(virtual.peakOutstanding).most(window);
        if (byteLimit !== undefined) expect(virtual.peakBytes).most(byteLimit);
        else if (!writeTimes.includes(0)) expect(virtual.peakOutstanding).equal(Math.min(window, count)); // It is used.
        expect(ends).deep.equal([...ALL_CLOSED, 'complete']);
      }),
    );
  });

  const failures: Record<
    string,
    [error: string, film: (virtual: VirtualPipeline, at: number) => Observable<number>]
  > = {
    'a request throws': [
      'lost',
      (virtual, at) => virtual.render((index) => (index === at ? fail() : virtual.capture(index))),
    ],
    'a capture errors': [
      'lost',
      (virtual, at) =>
        virtual.render((index) =>
          index === at
            ? late(
                virtual,
                index,
                throwError(() => 'lost'),
              )
            : virtual.capture(index),
        ),
    ],
    'a frame is delivered twice': [
      'FRAME_DUPLICATE',
      (virtual, at) =>
        virtual.render((index) =>
          index === at ? late(virtual, index, of(index, index)) : virtual.capture(index),
        ),
    ],
    'a frame is none of the range': [
      'FRAME_OUT_OF_RANGE',
      (virtual, at) =>
        virtual.render((index) => (index === at ? late(virtual, index, of(-1)) : virtual.capture(index))),
    ],
    'a write errors': [
      'lost',
      (virtual, at) =>
        virtual.render(undefined, (index) =>
          index === at
            ? concat(
                virtual.write(index).pipe(ignoreElements()),
                throwError(() => 'lost'),
              )
            : virtual.write(index),
        ),
    ],
    'the captures end early': [
      'FRAME_MISSING',
      (virtual, at) => virtual.render(undefined, undefined, take(at)),
    ],
  };

  for (const [what, [error, film]] of Object.entries(failures)) {
    it(`ends with one error, when everything is closed, if ${what}`, () => {
      fc.assert(
        fc.property(
          scripts,
          fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          (script, place) => {
            const at = Math.floor(place * script.count);
            const virtual = new VirtualPipeline(script);
            const { seen, ends } = watch(virtual, film(virtual, at));
            virtual.clock.flush();
            expect(ends).deep.equal([...ALL_CLOSED, error]);
            expect(seen).deep.equal(firstIndices(seen.length));
            if (error !== 'FRAME_DUPLICATE') expect(seen.length).most(at);
            expect(virtual.peakOutstanding).most(script.window);
            expect(virtual.busy).equal(0);
          },
        ),
      );
    });
  }

  it('closes everything once, and says no more, when it is unsubscribed at any moment', () => {
    fc.assert(
      fc.property(scripts, fc.nat(3000), (script, moment) => {
        const virtual = new VirtualPipeline(script);
        const { ends, subscription } = watch(virtual, virtual.render());
        timer(moment, virtual.clock).subscribe(() => {
          if (ends.length > 0) return; // It had ended before.
          subscription.unsubscribe();
          ends.push('unsubscribed');
        });
        virtual.clock.flush();
        const [third, ...others] = ALL_CLOSED;
        const expected = ends.includes('unsubscribed')
          ? [third, 'unsubscribed', ...others]
          : [...ALL_CLOSED, 'complete'];
        expect(ends).deep.equal(expected);
        expect(virtual.busy).equal(0);
      }),
    );
  });
});

function fail(): never {
  throw 'lost';
}

/** Something else than the frame, when the frame would have come. */
function late(virtual: VirtualPipeline, index: number, instead: Observable<number>): Observable<number> {
  return concat(virtual.capture(index).pipe(ignoreElements()), instead);
}
