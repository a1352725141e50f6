import { expect } from 'chai';
import { map, type Observable, of, Subject } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { reorder } from '../../src/schedule/reorder';
import { codeOnly, virtualTime } from '../support/virtualTime';

describe('reorder', () => {
  let time: TestScheduler;

  beforeEach(() => {
    time = virtualTime();
  });

  /** Reorders frames that are written as the digits of their index. */
  function ordered(frames: Observable<string>, first: number, count: number): Observable<string> {
    return frames.pipe(
      map((digit) => ({ index: Number(digit) })),
      reorder({ first, count }),
      map(({ index }) => String(index)),
      codeOnly(),
    );
  }

  it('passes on frames that come in order, each as it comes', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('           -0--1-2|');
      const expected = '              -0--1-2|';
      expectObservable(ordered(source, 0, 3)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^------!');
    });
  });

  it('holds frames that are ahead of their turn', () => {
    time.run(({ cold, expectObservable }) => {
      const source = cold('--2--0--1---3-|');
      const expected = '   -----0--(12)3-|';
      expectObservable(ordered(source, 0, 4)).toBe(expected);
    });
  });

  it('starts at the first frame of the range', () => {
    time.run(({ cold, expectObservable }) => {
      const source = cold('--6--5---7|');
      const expected = '   -----(56)7|';
      expectObservable(ordered(source, 5, 3)).toBe(expected);
    });
  });

  it('refuses a frame that was emitted before', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('           -0--0-1|');
      const expected = '              -0--#';
      expectObservable(ordered(source, 0, 2)).toBe(expected, undefined, 'FRAME_DUPLICATE');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('refuses a frame that is held already', () => {
    time.run(({ cold, expectObservable }) => {
      const source = cold('-1--1-0|');
      const expected = '   ----#';
      expectObservable(ordered(source, 0, 2)).toBe(expected, undefined, 'FRAME_DUPLICATE');
    });
  });

  for (const [what, stray] of [
    ['before', '4'],
    ['after', '7'],
  ]) {
    it(`refuses a frame ${what} the range`, () => {
      time.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(`           -5--${stray}-6|`);
        const expected = '              -5--#';
        expectObservable(ordered(source, 5, 2)).toBe(expected, undefined, 'FRAME_OUT_OF_RANGE');
        expectSubscriptions(source.subscriptions).toBe('^---!');
      });
    });
  }

  it('refuses an index that is not a whole number', () => {
    for (const index of [0.5, Number.NaN]) {
      let code = '';
      of({ index })
        .pipe(reorder({ first: 0, count: 2 }))
        .subscribe({ error: (error) => (code = error.code) });
      expect(code).equal('FRAME_OUT_OF_RANGE');
    }
  });

  it('is an error when frames are missing in the middle or at the end', () => {
    time.run(({ cold, expectObservable }) => {
      const middle = cold('-0--2-|');
      const end = cold('   -0--1-|');
      expectObservable(ordered(middle, 0, 3)).toBe('-0----#', undefined, 'FRAME_MISSING');
      expectObservable(ordered(end, 0, 3)).toBe('   -0--1-#', undefined, 'FRAME_MISSING');
    });
  });

  it('passes on an error at once, without the frames that it holds', () => {
    time.run(({ cold, expectObservable }) => {
      const frames = cold<string>('-0-2-#', undefined, { code: 'CAPTURE_FAILED' });
      const expected = '           -0---#';
      expectObservable(ordered(frames, 0, 3)).toBe(expected, undefined, 'CAPTURE_FAILED');
    });
  });

  it('lets go of its source when it is unsubscribed', () => {
    time.run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('            -0--2---1--|');
      const unsubscribe = '           -----!';
      expectObservable(ordered(source, 0, 3), unsubscribe).toBe('-0----');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('keeps the order when emitting a frame brings in the next one', () => {
    const source = new Subject<{ index: number }>();
    const seen: number[] = [];
    source.pipe(reorder({ first: 0, count: 4 })).subscribe(({ index }) => {
      seen.push(index);
      if (index === 0) source.next({ index: 3 });
      if (index === 1) source.next({ index: 2 });
    });
    source.next({ index: 1 });
    source.next({ index: 0 });
    expect(seen).deep.equal([0, 1, 2, 3]);
  });
});
