import { expect } from 'chai';
import * as fc from 'fast-check';
import { FilmgateError } from '../src/errors';
import { type Gate, openGate } from '../src/gate';
import { FakeWriter, frameOf } from './support/fakeWriter';
import { later, settle, turns } from './support/settle';

const KILLED = new FilmgateError('ENCODE_FAILED', 'FFmpeg was killed');

/** What a promise came to, once it can: its value, or the code of its error. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error) => error.code ?? error);
}

describe('Gate', () => {
  let writer: FakeWriter;

  beforeEach(() => {
    writer = new FakeWriter();
  });

  /** Hands a frame in, and notes its index and its answer as soon as it is settled. */
  function noting(gate: Gate, notes: string[]) {
    return (index: number) =>
      gate.write(index, frameOf(index)).then((drained) => {
        notes.push(`${index} ${drained}`);
      });
  }

  it('settles each write when that frame has drained, whatever the order they come in', async () => {
    const writes = [later<boolean>(), later<boolean>(), later<boolean>()];
    writer.onWrite = (written) => writes[written]?.promise ?? Promise.resolve(true);
    const gate = openGate(writer, { count: 3 });
    const notes: string[] = [];
    [2, 0, 1].map(noting(gate, notes));
    for (const [index, expected] of [
      [],
      ['0 true'],
      ['0 true', '1 true'],
      ['0 true', '1 true', '2 true'],
    ].entries()) {
      if (index > 0) writes[index - 1]?.resolve(true);
      await settle();
      expect(notes).deep.equal(expected);
    }
    expect(await gate.close()).deep.equal({ output: 'fake.mp4', frames: 3, bytes: 0 });
    expect(writer).include({ closed: 1, destroyed: 0 });
  });

  it('tells what happens to each frame, and fails as its events do', async () => {
    const gate = openGate(writer, { count: 2 });
    const told: string[] = [];
    gate.events.subscribe({
      next: (event) => told.push('index' in event ? `${event.type} ${event.index}` : event.type),
      complete: () => told.push('complete'),
    });
    await Promise.all([gate.write(1, frameOf(1)), gate.write(0, frameOf(0))]);
    const steps = ['requested 1', 'captured 1', 'requested 0', 'captured 0'];
    expect(told).deep.equal([...steps, 'writing 0', 'written 0', 'writing 1', 'written 1', 'complete']);
    await gate.close();

    const failing = openGate(new FakeWriter(), { count: 2 });
    const failure = new Promise((resolve) => failing.events.subscribe({ error: resolve }));
    await failing.destroy();
    expect(await failure).include({ code: 'CANCELLED' });
  });

  it('counts from the first frame of its range', async () => {
    const gate = openGate(writer, { first: 7, count: 2 });
    const notes: string[] = [];
    await Promise.all([8, 7].map(noting(gate, notes)));
    expect(notes).deep.equal(['7 true', '8 true']);
    expect(await outcome(gate.write(6, frameOf(6)))).equal('FRAME_OUT_OF_RANGE');
    expect(await outcome(gate.write(9, frameOf(9)))).equal('FRAME_OUT_OF_RANGE');
  });

  it('refuses a duplicate and an index out of range at once, and goes on', async () => {
    const write = later<boolean>();
    writer.onWrite = () => write.promise;
    const gate = openGate(writer, { count: 3 });
    const notes: string[] = [];
    const frames = [0, 2].map(noting(gate, notes));
    for (const [index, code] of [
      [0, 'FRAME_DUPLICATE'], // Is being written.
      [2, 'FRAME_DUPLICATE'], // Waits for its turn.
      [3, 'FRAME_OUT_OF_RANGE'],
      [-1, 'FRAME_OUT_OF_RANGE'],
      [0.5, 'FRAME_OUT_OF_RANGE'],
      [Number.NaN, 'FRAME_OUT_OF_RANGE'],
    ] as const) {
      expect(await outcome(gate.write(index, frameOf(9)))).equal(code);
    }
    expect(notes).deep.equal([]);
    write.resolve(true);
    await Promise.all([...frames, noting(gate, notes)(1)]);
    expect(notes).deep.equal(['0 true', '1 true', '2 true']);
    expect(await outcome(gate.write(1, frameOf(9)))).equal('FRAME_DUPLICATE'); // Has drained.
    await gate.close();
    expect(writer.drained).deep.equal([0, 1, 2]);
  });

  it('settles every parked and every future caller when the encoder fails', async () => {
    writer.onWrite = () => new Promise(() => {});
    const gate = openGate(writer, { count: 9 });
    const parked = [0, 1, 5].map((index) => gate.write(index, frameOf(index)));
    writer.fail(KILLED);
    expect(await Promise.all(parked)).deep.equal([false, false, false]);
    expect(await gate.write(3, frameOf(3))).equal(false);
    expect(await gate.close().catch((error) => error)).equal(KILLED);
    expect(writer).include({ closed: 0, destroyed: 1 });
  });

  it('fails with the reason that follows when a write is refused', async () => {
    writer.onWrite = async () => false;
    const gate = openGate(writer, { count: 2 });
    const parked = [gate.write(0, frameOf(0)), gate.write(1, frameOf(1))];
    await settle();
    writer.fail(KILLED);
    expect(await Promise.all(parked)).deep.equal([false, false]);
    expect(await outcome(gate.close())).equal('ENCODE_FAILED');
  });

  it('fails with what a write rejects with', async () => {
    writer.onWrite = async () => {
      throw new FilmgateError('FRAME_SIZE', 'too small');
    };
    const gate = openGate(writer, { count: 2 });
    expect(await gate.write(0, frameOf(0))).equal(false);
    expect(await gate.write(1, frameOf(1))).equal(false);
    expect(await outcome(gate.close())).equal('FRAME_SIZE');
  });

  it('is missing frames when it is closed too early, and leaves no video', async () => {
    const gate = openGate(writer, { count: 4 });
    const waiting = gate.write(2, frameOf(2));
    await gate.write(0, frameOf(0));
    expect(await outcome(gate.close())).equal('FRAME_MISSING');
    expect(await waiting).equal(false);
    expect(await gate.write(1, frameOf(1))).equal(false);
    expect(writer).include({ closed: 0, destroyed: 1 });
  });

  it('waits for the last writes when it is closed', async () => {
    const write = later<boolean>();
    writer.onWrite = () => write.promise;
    const gate = openGate(writer, { count: 1 });
    const last = gate.write(0, frameOf(0));
    const closing = gate.close();
    await settle();
    expect(writer.closed).equal(0);
    write.resolve(true);
    expect(await last).equal(true);
    expect((await closing).frames).equal(1);
  });

  it('gives the same promise when it is closed again', () => {
    const gate = openGate(writer, { count: 1 });
    const closing = gate.close();
    closing.catch(() => {});
    expect(gate.close()).equal(closing);
  });

  for (const when of ['before', 'after']) {
    it(`ends at once when it is destroyed ${when} it is closed, though the last write never settles`, async () => {
      writer.onWrite = () => new Promise(() => {});
      const gate = openGate(writer, { count: 2 });
      const parked = [0, 1].map((index) => gate.write(index, frameOf(index)));
      const early = when === 'after' ? outcome(gate.close()) : undefined;
      await Promise.all([gate.destroy(), gate.destroy()]);
      expect(await Promise.all(parked)).deep.equal([false, false]);
      expect(await (early ?? outcome(gate.close()))).equal('CANCELLED');
      expect(writer).include({ closed: 0, destroyed: 1 });
    });
  }

  it('keeps the first failure', async () => {
    const gate = openGate(writer, { count: 2 });
    writer.fail(KILLED);
    await settle();
    await gate.destroy();
    expect(await outcome(gate.close())).equal('ENCODE_FAILED');
  });

  it('leaves what happens after the last frame to the encoder', async () => {
    const gate = openGate(writer, { count: 1 });
    expect(await gate.write(0, frameOf(0))).equal(true);
    writer.fail(KILLED);
    await settle();
    expect(await gate.close().catch((error: unknown) => error)).equal(KILLED);
    expect(writer).include({ closed: 1, destroyed: 0 });
  });

  it('refuses a range without frames', () => {
    for (const range of [{ count: 0 }, { count: -1 }, { count: 1.5 }, { first: -1, count: 1 }]) {
      expect(() => openGate(writer, range))
        .throw(FilmgateError)
        .property('code', 'INVALID_OPTION');
    }
  });

  describe('with any workers', () => {
    const films = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      workers: fc.integer({ min: 1, max: 6 }),
      captures: fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }),
      writes: fc.array(fc.nat(2), { minLength: 1, maxLength: 9 }),
      /** Which worker gets which frame; without it, the next frame goes to whoever is free. */
      owners: fc.option(fc.array(fc.nat(5), { minLength: 60, maxLength: 60 }), { nil: undefined }),
      failAt: fc.option(fc.nat(59), { nil: undefined }),
    });

    it('property: every frame drains once and in order, or everybody learns that it failed', () =>
      fc.assert(
        fc.asyncProperty(films, async ({ count, workers, captures, writes, owners, failAt }) => {
          writer = new FakeWriter();
          writer.onWrite = async (written) => {
            await turns(writes[written % writes.length] ?? 0);
            if (written !== failAt) return true;
            setImmediate(() => writer.fail(KILLED));
            return false;
          };
          const gate = openGate(writer, { count });
          const todo = Array.from({ length: count }, (_, index) => index);
          const take = (worker: number) => {
            const place = owners ? todo.findIndex((index) => (owners[index] ?? 0) % workers === worker) : 0;
            return todo.splice(place, place < 0 ? 0 : 1)[0];
          };
          let held = 0;
          const work = async (worker: number): Promise<boolean> => {
            for (let index = take(worker); index !== undefined; index = take(worker)) {
              await turns(captures[index % captures.length] ?? 0);
              held += 1;
              expect(held).most(workers);
              const drained = await gate.write(index, frameOf(index));
              held -= 1;
              if (!drained) return false;
              expect(writer.drained).include(index);
            }
            return true;
          };
          const ends = await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
          const fails = failAt !== undefined && failAt < count;
          const taken = fails ? failAt : count;
          expect(writer.drained).deep.equal(Array.from({ length: taken }, (_, index) => index));
          expect(await outcome(gate.close())).deep.equal(
            fails ? 'ENCODE_FAILED' : { output: 'fake.mp4', frames: count, bytes: 0 },
          );
          expect(ends.includes(false)).equal(fails);
          expect(writer).include(fails ? { closed: 0, destroyed: 1 } : { closed: 1, destroyed: 0 });
        }),
        { numRuns: 80 },
      ));
  });
});
