import { expect } from 'chai';
import * as fc from 'fast-check';
import { EMPTY, lastValueFrom, Observable, of, take, throwError, toArray } from 'rxjs';
import { FilmgateError } from '../src/errors';
import type { Frame } from '../src/frames/frame';
import { type Capture, pipeline } from '../src/pipeline';
import { FrameBudget } from '../src/schedule/frameBudget';
import { FakeWriter, frameOf } from './support/fakeWriter';
import { later, settle, turns } from './support/settle';

const instant: Capture = { capture: (index) => of({ index, data: frameOf(index) }) };

/** Runs a pipeline and keeps account of how it ended. */
function watch(count: number, window: number, pool: Capture, writer: FakeWriter) {
  const seen: string[] = [];
  const ends: unknown[] = [];
  const ended = later<void>();
  const subscription = pipeline({ first: 0, count }, new FrameBudget(window), pool, writer).subscribe({
    next: (event) => seen.push('index' in event ? `${event.type} ${event.index}` : event.type),
    error(error) {
      ends.push(error);
      ended.resolve();
    },
    complete() {
      ends.push('complete');
      ended.resolve();
    },
  });
  return { seen, ends, ended: ended.promise, subscription };
}

describe('pipeline', () => {
  it('tells of each request and each write, and requests the next frame when one is written', async () => {
    const writer = new FakeWriter();
    const { seen, ends, ended } = watch(3, 1, instant, writer);
    await ended;
    expect(seen).deep.equal([
      'requested 0',
      'writing 0',
      'written 0',
      'requested 1',
      'writing 1',
      'written 1',
      'requested 2',
      'writing 2',
      'written 2',
    ]);
    expect(ends).deep.equal(['complete']);
    expect(writer.drained).deep.equal([0, 1, 2]);
  });

  it('requests no more than the window while a write is pending', async () => {
    const writer = new FakeWriter();
    const write = later<boolean>();
    writer.onWrite = () => write.promise;
    const { seen, subscription } = watch(9, 3, instant, writer);
    await settle();
    const expected = ['requested 0', 'writing 0', 'requested 1', 'requested 2'];
    expect(seen).deep.equal(expected);
    subscription.unsubscribe();
    write.resolve(true);
    await settle();
    expect(seen).deep.equal(expected);
  });

  it('tells the window how many bytes a frame has', () => {
    const writer = new FakeWriter();
    writer.onWrite = () => new Promise(() => {});
    const requested: number[] = [];
    const budget = new FrameBudget(4, { total: 250, perFrame: 100 });
    const subscription = pipeline({ first: 0, count: 9 }, budget, instant, writer).subscribe((event) => {
      if (event.type === 'requested') requested.push(event.index);
    });
    expect(requested).deep.equal([0, 1, 2, 3]); // Not captured yet, three frames would not fit: these have one byte.
    subscription.unsubscribe();
  });

  it('tells that it is a frame’s turn before the writer is given it', async () => {
    const writer = new FakeWriter();
    const { seen, ended } = watch(3, 3, instant, writer);
    const before: string[][] = [];
    writer.onWrite = async () => {
      before.push([...seen]);
      return true;
    };
    await ended;
    expect(before.map((events) => events.at(-1))).deep.equal(['writing 1', 'writing 2']);
  });

  it('captures each frame in a place that is no other’s until it has drained', async () => {
    const writer = new FakeWriter();
    const writes = [later<boolean>(), later<boolean>(), later<boolean>()];
    writer.onWrite = (written) => writes[written]?.promise ?? new Promise(() => {});
    const places: number[] = [];
    const capture = (index: number, place: number) => {
      places.push(place);
      return of({ index, data: frameOf(index) });
    };
    const { subscription } = watch(9, 3, { capture }, writer);
    expect(places.toSorted()).deep.equal([0, 1, 2]);
    for (const [drained, write] of writes.entries()) {
      expect(places).length(3 + drained);
      write.resolve(true);
      await settle();
      expect(places.at(-1)).equal(places[drained]);
    }
    subscription.unsubscribe();
  });

  it('writes frames in order that are captured in any', async () => {
    const captures = new Map<number, (frame: Frame) => void>();
    const pool = {
      capture: (index: number) => new Promise<Frame>((resolve) => captures.set(index, resolve)),
    };
    const writer = new FakeWriter();
    const { ended } = watch(3, 3, pool, writer);
    for (const index of [2, 1, 0]) {
      expect(writer.drained).deep.equal([]);
      captures.get(index)?.({ index, data: frameOf(index) });
      await settle();
    }
    await ended;
    expect(writer.drained).deep.equal([0, 1, 2]);
  });

  it('fails with the reason of the writer, which is known only after the write was refused', async () => {
    const writer = new FakeWriter();
    writer.onWrite = async (written) => written < 4;
    const { seen, ends, ended } = watch(9, 2, instant, writer);
    await settle();
    expect(ends).deep.equal([]);
    const reason = new FilmgateError('ENCODE_FAILED', 'killed');
    writer.fail(reason);
    await ended;
    expect(ends).deep.equal([reason]);
    expect(seen.slice(-2)).deep.equal(['requested 5', 'writing 4']);
  });

  it('fails when a capture does, and cancels the others', async () => {
    let cancelled = 0;
    const pending = new Observable<Frame>(() => () => {
      cancelled += 1;
    });
    const capture = (index: number) => (index === 2 ? throwError(() => 'lost') : pending);
    const { ends, ended } = watch(9, 4, { capture }, new FakeWriter());
    await ended;
    expect(ends).deep.equal(['lost']);
    expect(cancelled).equal(2);
  });

  it('cancels all captures when it is unsubscribed', () => {
    let cancelled = 0;
    const capture = () =>
      new Observable<Frame>(() => () => {
        cancelled += 1;
      });
    watch(9, 4, { capture }, new FakeWriter()).subscription.unsubscribe();
    expect(cancelled).equal(4);
  });

  it('stops at once when it is unsubscribed while it requests', async () => {
    const never = { capture: () => EMPTY };
    const events = pipeline({ first: 0, count: 9 }, new FrameBudget(5), never, new FakeWriter());
    expect(await lastValueFrom(events.pipe(take(2), toArray()))).deep.equal([
      { type: 'requested', index: 0 },
      { type: 'requested', index: 1 },
    ]);
  });

  it('gets 200,000 frames through an instant capture and an instant writer', async () => {
    const data = new Uint8Array(1);
    let written = 0;
    const writer = { writeFrame: async () => ++written > 0, failed: new Promise<never>(() => {}) };
    const pool: Capture = { capture: (index) => of({ index, data }) };
    await lastValueFrom(pipeline({ first: 0, count: 200_000 }, new FrameBudget(8), pool, writer));
    expect(written).equal(200_000);
  });

  const delays = fc.array(fc.nat(3), { minLength: 1, maxLength: 9 });
  const films = fc.record({
    count: fc.integer({ min: 1, max: 60 }),
    window: fc.integer({ min: 1, max: 9 }),
    captures: delays,
    writes: delays,
  });
  const pause = (list: readonly number[], index: number) => turns(list[index % list.length] ?? 0);

  it('property: writes every frame once and in order, whatever takes how long', () =>
    fc.assert(
      fc.asyncProperty(films, async ({ count, window, captures, writes }) => {
        const writer = new FakeWriter();
        writer.onWrite = async (written) => {
          await pause(writes, written);
          return true;
        };
        const capture = async (index: number) => {
          await pause(captures, index);
          return { index, data: frameOf(index) };
        };
        const { seen, ends, ended } = watch(count, window, { capture }, writer);
        await ended;
        expect(writer.drained).deep.equal(Array.from({ length: count }, (_, index) => index));
        let outstanding = 0;
        for (const event of seen) {
          if (event.startsWith('requested')) outstanding += 1;
          if (event.startsWith('written')) outstanding -= 1;
          expect(outstanding).within(0, window);
        }
        expect(ends).deep.equal(['complete']);
      }),
      { numRuns: 40 },
    ));

  it('property: fails once, with its cause, wherever it fails', () =>
    fc.assert(
      fc.asyncProperty(
        films,
        fc.nat(59),
        fc.constantFrom('capture', 'write', 'writer'),
        async (film, place, side) => {
          const { count, window, captures, writes } = film;
          const at = place % count;
          const reason = new FilmgateError('ENCODE_FAILED', 'lost');
          const writer = new FakeWriter();
          writer.onWrite = async (written) => {
            await pause(writes, written);
            if (written !== at || side === 'capture') return true;
            if (side === 'write') throw reason;
            setImmediate(() => writer.fail(reason));
            return false;
          };
          const capture = async (index: number) => {
            await pause(captures, index);
            if (index === at && side === 'capture') throw reason;
            return { index, data: frameOf(index) };
          };
          const { ends, ended } = watch(count, window, { capture }, writer);
          await ended;
          await turns(5);
          expect(ends).deep.equal([reason]);
          expect(writer.drained.length).most(at);
          expect(writer.drained).deep.equal(writer.drained.map((_, index) => index));
        },
      ),
      { numRuns: 60 },
    ));
});
