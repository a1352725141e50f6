import { expect } from 'chai';
import {
  concatMap,
  finalize,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { FrameRange } from '../../src/frames/range';
import { type ByteLimit, FrameBudget } from '../../src/schedule/frameBudget';
import { type PulledFrame, pullWindow } from '../../src/schedule/pullWindow';
import { reorder } from '../../src/schedule/reorder';
import { codeOnly, virtualTime } from '../support/virtualTime';

const CAPTURE = 2; // virtual frames that a capture takes
const WRITE = 5; // and a write

interface FilmOptions extends FrameRange {
  readonly window: number;
  readonly bytes?: ByteLimit;
}

describe('pullWindow', () => {
  let time: TestScheduler;
  let requests: Subject<string>;

  beforeEach(() => {
    time = virtualTime();
    requests = new Subject();
  });

  /** The whole way of a frame, in virtual time: emits the indices drained, and `requests` those asked for. */
  function film(
    { window, bytes, ...range }: FilmOptions,
    capture: (index: number) => Observable<unknown> = () => timer(CAPTURE),
    write: (index: number) => Observable<unknown> = () => timer(WRITE),
    size?: number,
  ): Observable<string> {
    const budget = new FrameBudget(window, bytes);
    return pullWindow(range, budget, (pulled) =>
      pulled.pipe(
        tap(({ index }) => requests.next(String(index))),
        mergeMap(({ index }) => capture(index).pipe(map(() => ({ index })))),
        tap(({ index }) => size !== undefined && budget.settle(index, size)),
        reorder(range),
        concatMap(({ index }) => write(index).pipe(map(() => String(index)))),
      ),
    );
  }

  describe('requests frame W + 1 on the very virtual frame on which frame 0 drains', () => {
    const cases = [
      {
        window: 1,
        count: 3,
        requested: '0------1------2',
        drained: '  -------0------1------(2|)',
      },
      {
        window: 2,
        count: 5,
        requested: '(01)---2----3----4',
        drained: '  -------0----1----2----3----(4|)',
      },
      {
        window: 3,
        count: 6,
        requested: '(012)--3----4----5',
        drained: '  -------0----1----2----3----4----(5|)',
      },
      {
        window: 5,
        count: 7,
        requested: '(01234)5----6',
        drained: '  -------0----1----2----3----4----5----(6|)',
      },
    ];
    for (const { window, count, requested, drained } of cases) {
      it(`window ${window}`, () => {
        time.run(({ expectObservable }) => {
          expectObservable(requests).toBe(requested);
          expectObservable(film({ first: 0, count, window })).toBe(drained);
        });
      });
    }
  });

  it('subscribes to the capture of each frame when it is requested, and not before', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const captures = [0, 1, 2, 3].map(() => cold('--(f|)'));
      const frames = film({ first: 0, count: 4, window: 2 }, (index) => captures[index] ?? NEVER);
      expectObservable(frames).toBe('          -------0----1----2----(3|)');
      const expected = ['^-!', '^-!', '-------^-!', '------------^-!'];
      captures.forEach((capture, index) => {
        expectSubscriptions(capture.subscriptions).toBe(expected[index] ?? '');
      });
    });
  });

  it('counts from the first frame of the range', () => {
    time.run(({ expectObservable }) => {
      expectObservable(requests).toBe('                           (56)---7');
      expectObservable(film({ first: 5, count: 3, window: 2 })).toBe('-------5----6----(7|)');
    });
  });

  it('asks for no more than there is when the window is larger than the range', () => {
    time.run(({ expectObservable }) => {
      expectObservable(requests).toBe('                           (01)');
      expectObservable(film({ first: 0, count: 2, window: 9 })).toBe('-------0----(1|)');
    });
  });

  it('holds all others at the window while frame 0 is the slow one', () => {
    time.run(({ expectObservable }) => {
      const capture = (index: number) => timer(index === 0 ? 12 : CAPTURE);
      expectObservable(requests).toBe('                                    (012)------------3----4');
      expectObservable(film({ first: 0, count: 5, window: 3 }, capture)).toBe(
        '-----------------0----1----2----3----(4|)',
      );
    });
  });

  it('requests nothing more when FFmpeg stands still', () => {
    time.run(({ expectObservable }) => {
      const frames = film(
        { first: 0, count: 9, window: 3 },
        () => of(0),
        (index) => (index < 2 ? timer(WRITE) : NEVER),
      );
      expectObservable(requests).toBe('    (012)3----4---------');
      expectObservable(frames, '^ 1s !').toBe('-----0----1---------');
    });
  });

  it('requests the window and no more when every worker is dead', () => {
    time.run(({ expectObservable }) => {
      const frames = film({ first: 0, count: 9, window: 3 }, () => NEVER);
      expectObservable(requests).toBe('    (012)-----');
      expectObservable(frames, '^ 1s !').toBe('----------');
    });
  });

  describe('in bytes', () => {
    const bytes = { total: 250, perFrame: 100 };

    it('keeps budget for the most that a frame can have, and learns its size when it is captured', () => {
      time.run(({ expectObservable }) => {
        // 2 × 100 fit. When 0 drains, 1 holds 10: two more fit. When 1 drains, 2 and 3 hold 20: two more fit.
        expectObservable(requests).toBe('(01)---(23)-(45)-6');
        expectObservable(film({ first: 0, count: 7, window: 4, bytes }, undefined, undefined, 10)).toBe(
          '                               -------0----1----2----3----4----5----(6|)',
        );
      });
    });

    it('keeps to the budget when all frames are as large as they can be', () => {
      time.run(({ expectObservable }) => {
        expectObservable(requests).toBe('(01)---2----3');
        expectObservable(film({ first: 0, count: 4, window: 4, bytes }, undefined, undefined, 100)).toBe(
          '                               -------0----1----2----(3|)',
        );
      });
    });

    it('lets one frame through when the budget is below one frame', () => {
      time.run(({ expectObservable }) => {
        const small = { total: 50, perFrame: 100 };
        expectObservable(requests).toBe('0------1------2');
        expectObservable(
          film({ first: 0, count: 3, window: 4, bytes: small }, undefined, undefined, 100),
        ).toBe('                               -------0------1------(2|)');
      });
    });
  });

  it('passes on an error of the pipeline, and requests nothing after it', () => {
    time.run(({ expectObservable }) => {
      const write = (index: number) =>
        index === 1 ? timer(1).pipe(mergeMap(() => throwError(() => 'lost'))) : timer(WRITE);
      expectObservable(requests).toBe('                                          (01)---2');
      expectObservable(film({ first: 0, count: 9, window: 2 }, undefined, write)).toBe(
        '-------0#',
        undefined,
        'lost',
      );
    });
  });

  it('is an error when the pipeline completes early', () => {
    time.run(({ expectObservable }) => {
      const frames = pullWindow({ first: 0, count: 3 }, new FrameBudget(1), (pulled) =>
        pulled.pipe(
          mergeMap(({ index }) => timer(3).pipe(map(() => String(index)))),
          take(2),
        ),
      );
      expectObservable(frames.pipe(codeOnly())).toBe('---0--(1#)', undefined, 'FRAME_MISSING');
    });
  });

  it('tears the pipeline down when it is unsubscribed', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const capture = cold('--------------(f|)');
      expectObservable(
        film({ first: 0, count: 3, window: 1 }, () => capture),
        '^---!',
      ).toBe('-----');
      expectSubscriptions(capture.subscriptions).toBe('                         ^---!');
    });
  });

  it('stops a synchronous pipeline at once when it is unsubscribed', () => {
    let requested = 0;
    pullWindow({ first: 0, count: 1000 }, new FrameBudget(3), (pulled) => pulled.pipe(tap(() => requested++)))
      .pipe(take(5))
      .subscribe();
    expect(requested).equal(5);
  });

  it('gets through 200,000 frames of a synchronous pipeline', () => {
    for (const window of [1, 7]) {
      let drained = 0;
      let ended = false;
      film({ first: 0, count: 200_000, window }, of, of)
        .pipe(finalize(() => (ended = true)))
        .subscribe(() => drained++);
      expect({ drained, ended }).deep.equal({ drained: 200_000, ended: true });
    }
  });

  it('gives back all its budget when it ends, fails or is unsubscribed', () => {
    const budget = new FrameBudget(3, { total: 300, perFrame: 100 });
    const range = { first: 0, count: 9 };
    const stuck = () => pullWindow(range, budget, () => NEVER).subscribe();
    const lost: string[] = [];
    for (const _ of [0, 1]) {
      stuck().unsubscribe();
      pullWindow(range, budget, (pulled) => pulled).subscribe();
      const failing = (pulled: Observable<PulledFrame>) =>
        pulled.pipe(mergeMap(({ index }) => (index < 2 ? NEVER : throwError(() => 'lost'))));
      pullWindow(range, budget, failing).subscribe({ error: (error) => lost.push(error) });
    }
    expect(lost).deep.equal(['lost', 'lost']);
    const requested: number[] = [];
    pullWindow(range, budget, (pulled) => pulled.pipe(tap(({ index }) => requested.push(index)))).subscribe();
    expect(requested).deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const slots: number[] = [];
    pullWindow(range, budget, (pulled) =>
      pulled.pipe(
        tap(({ slot }) => slots.push(slot)),
        mergeMap(() => NEVER),
      ),
    ).subscribe();
    expect(slots.sort()).deep.equal([0, 1, 2]);
  });

  describe('beside others in one budget', () => {
    /** Several films at once, each with a writer of its own. Frames 10, 11, … are called a, b, … */
    function films(budget: FrameBudget, ranges: readonly FrameRange[]) {
      const nameOf = (index: number) => index.toString(36);
      const film = (range: FrameRange) =>
        pullWindow(range, budget, (pulled) =>
          pulled.pipe(
            tap(({ index }) => requests.next(nameOf(index))),
            concatMap(({ index }) => timer(8).pipe(map(() => nameOf(index)))),
          ),
        );
      return merge(...ranges.map(film));
    }

    it('comes to its share as the others drain, and has it all when they want no more', () => {
      time.run(({ expectObservable }) => {
        const ranges = [
          { first: 0, count: 7 },
          { first: 10, count: 3 },
        ];
        // At first all four are the one's, then two are each's, until the other has asked for its last.
        expectObservable(requests).toBe('(0123)--a-------(bc)----(45)----6');
        expectObservable(films(new FrameBudget(4), ranges)).toBe(
          '--------0-------(a1)----(b2)----(c3)----4-------5-------(6|)',
        );
      });
    });

    it('takes turns where there is budget for one', () => {
      time.run(({ expectObservable }) => {
        const ranges = [
          { first: 0, count: 3 },
          { first: 10, count: 2 },
          { first: 20, count: 1 },
        ];
        expectObservable(requests).toBe('0-------1-------a-------k-------2-------b');
        expectObservable(films(new FrameBudget(1), ranges)).toBe(
          '--------0-------1-------a-------k-------2-------(b|)',
        );
      });
    });

    it('takes turns where bytes are what is short', () => {
      time.run(({ expectObservable }) => {
        const ranges = [
          { first: 0, count: 4 },
          { first: 10, count: 3 },
        ];
        const budget = new FrameBudget(9, { total: 200, perFrame: 100 });
        expectObservable(requests).toBe('(01)----2-------a-------(3b)----c');
        expectObservable(films(budget, ranges)).toBe('--------0-------1-------(a2)----(b3)----(c|)');
      });
    });
  });
});
