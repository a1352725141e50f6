import { expect } from 'chai';
import * as fc from 'fast-check';
import { concat, endWith, ignoreElements, type Observable, of, take, throwError, timer } from 'rxjs';
import { closing } from '../../src/schedule/closing';
import { LARGEST_FRAME, type Script, Studio } from '../support/studio';

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
  budget: fc.option(fc.integer({ min: 1, max: 10 * LARGEST_FRAME }), { nil: undefined }),
});

/** Watches a film that opens three resources, and keeps account of how it ended. */
function watch(studio: Studio, film: Observable<number>) {
  const seen: number[] = [];
  const ends: string[] = [];
  const result = closing(
    (onClose) => {
      for (const name of ['first', 'second', 'third']) {
        const closed = timer(5, studio.clock).pipe(ignoreElements(), endWith(name));
        onClose(() => {
          ends.push(`${name} closing, ${studio.busy} busy`);
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
        const { count, window, writeTimes, budget } = script;
        const studio = new Studio(script);
        const { seen, ends } = watch(studio, studio.film());
        studio.clock.flush();
        expect(studio.written).deep.equal(firstIndices(count));
        expect(seen).deep.equal(studio.written);
        expect(studio.requested).equal(count);
        expect(studio.peakOutstanding).most(window);
        if (budget !== undefined) expect(studio.peakBytes).most(budget);
        else if (!writeTimes.includes(0)) expect(studio.peakOutstanding).equal(Math.min(window, count)); // It is used.
        expect(ends).deep.equal([...ALL_CLOSED, 'complete']);
      }),
    );
  });

  const failures: Record<string, [error: string, film: (studio: Studio, at: number) => Observable<number>]> =
    {
      'a request throws': [
        'lost',
        (studio, at) => studio.film((index) => (index === at ? fail() : studio.capture(index))),
      ],
      'a capture errors': [
        'lost',
        (studio, at) =>
          studio.film((index) =>
            index === at
              ? late(
                  studio,
                  index,
                  throwError(() => 'lost'),
                )
              : studio.capture(index),
          ),
      ],
      'a frame is delivered twice': [
        'FRAME_DUPLICATE',
        (studio, at) =>
          studio.film((index) =>
            index === at ? late(studio, index, of(index, index)) : studio.capture(index),
          ),
      ],
      'a frame is none of the range': [
        'FRAME_OUT_OF_RANGE',
        (studio, at) =>
          studio.film((index) => (index === at ? late(studio, index, of(-1)) : studio.capture(index))),
      ],
      'a write errors': [
        'lost',
        (studio, at) =>
          studio.film(undefined, (index) =>
            index === at
              ? concat(
                  studio.write(index).pipe(ignoreElements()),
                  throwError(() => 'lost'),
                )
              : studio.write(index),
          ),
      ],
      'the captures end early': [
        'FRAME_MISSING',
        (studio, at) => studio.film(undefined, undefined, take(at)),
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
            const studio = new Studio(script);
            const { seen, ends } = watch(studio, film(studio, at));
            studio.clock.flush();
            expect(ends).deep.equal([...ALL_CLOSED, error]);
            expect(seen).deep.equal(firstIndices(seen.length));
            if (error !== 'FRAME_DUPLICATE') expect(seen.length).most(at);
            expect(studio.peakOutstanding).most(script.window);
            expect(studio.busy).equal(0);
          },
        ),
      );
    });
  }

  it('closes everything once, and says no more, when it is unsubscribed at any moment', () => {
    fc.assert(
      fc.property(scripts, fc.nat(3000), (script, moment) => {
        const studio = new Studio(script);
        const { ends, subscription } = watch(studio, studio.film());
        timer(moment, studio.clock).subscribe(() => {
          if (ends.length > 0) return; // It had ended before.
          subscription.unsubscribe();
          ends.push('unsubscribed');
        });
        studio.clock.flush();
        const [third, ...others] = ALL_CLOSED;
        const expected = ends.includes('unsubscribed')
          ? [third, 'unsubscribed', ...others]
          : [...ALL_CLOSED, 'complete'];
        expect(ends).deep.equal(expected);
        expect(studio.busy).equal(0);
      }),
    );
  });
});

function fail(): never {
  throw 'lost';
}

/** Something else than the frame, when the frame would have come. */
function late(studio: Studio, index: number, instead: Observable<number>): Observable<number> {
  return concat(studio.capture(index).pipe(ignoreElements()), instead);
}
