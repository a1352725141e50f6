import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { FilmgateError } from '../errors';
import { type FrameRange, formatRange, inRange } from '../frames/range';

/**
 * Emits frames in ascending index, each as soon as all frames before it have come.
 *
 * It holds the frames that are ahead of their turn and knows no bound of its own: `pullWindow` is what keeps
 * them few. A duplicate index, an index outside the range, and a gap at completion are errors.
 *
 *     source   --2--0--1--3|
 *     result   -----0--(12)3|
 *
 * Errors: `FRAME_DUPLICATE`, `FRAME_OUT_OF_RANGE`, `FRAME_MISSING`.
 */
export function reorder<T extends { readonly index: number }>(
  range: FrameRange,
): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const ahead = new Map<number, T>();
      let next = range.first;

      const refuse = (frame: T): FilmgateError | undefined => {
        const { index } = frame;
        if (!inRange(index, range)) {
          return new FilmgateError('FRAME_OUT_OF_RANGE', `frame ${index} is outside ${formatRange(range)}`);
        }
        if (index < next || ahead.has(index)) {
          return new FilmgateError('FRAME_DUPLICATE', `frame ${index} was delivered twice`);
        }
        return undefined;
      };

      subscriber.add(() => ahead.clear());
      return source.subscribe({
        next(frame) {
          const refused = refuse(frame);
          if (refused) return subscriber.error(refused);
          if (frame.index > next) return void ahead.set(frame.index, frame);
          for (let due: T | undefined = frame; due; due = ahead.get(next)) {
            ahead.delete(next);
            next += 1;
            subscriber.next(due);
          }
        },
        error: (error) => subscriber.error(error),
        complete() {
          if (next === range.first + range.count) return subscriber.complete();
          subscriber.error(
            new FilmgateError(
              'FRAME_MISSING',
              `the frames ended, but frame ${next} of ${formatRange(range)} never came`,
            ),
          );
        },
      });
    });
}
