import { expect } from 'chai';
import { from, lastValueFrom } from 'rxjs';
import {
  type CapturePlan,
  type CaptureSession,
  type CaptureSource,
  type CaptureWorker,
  type FrameRequest,
  planCapture,
  type SourceOverrides,
} from '../../src/capture/source';
import { FilmgateError } from '../../src/errors';
import { Deadline } from '../../src/process/deadline';
import { openThreads } from './openThreads';
import { rejection } from './rejection';
import { turns } from './settle';
import { paintIndex } from './video';

/** The frame in whose capture the source throws `new RangeError('the lamp broke')`. */
export const BROKEN_FRAME = 13;
/** The frame whose capture never comes to an end. */
export const STUCK_FRAME = 17;

const WINDOW = 4;

/** What a source says of itself. */
export async function describeSource(source: CaptureSource, overrides: SourceOverrides = {}) {
  const session = source.open();
  try {
    return await session.describe(overrides);
  } finally {
    await session.close();
  }
}

/** What a source's workers are told, as a render would tell them. */
export async function planFor(
  source: CaptureSource,
  window: number,
  overrides: SourceOverrides = {},
): Promise<CapturePlan> {
  const description = await describeSource(source, overrides);
  const { frames, sourceAlpha = true } = description;
  return planCapture(description, { range: { first: 0, count: frames }, window, keepAlpha: sourceAlpha });
}

/** What a worker is asked for, with a deadline that nothing comes up to. */
export function frameRequest(index: number, slot = 0): FrameRequest {
  return { index, slot, deadline: new Deadline(60) };
}

/** One frame as it is: its slot may be painted again. */
async function captureThere(worker: CaptureWorker, index: number, slot?: number): Promise<Uint8Array> {
  const frame = await lastValueFrom(from(worker.capture(frameRequest(index, slot))));
  expect(frame.index).to.equal(index);
  return frame.data;
}

/** The bytes of one frame, copied. */
export async function capture(worker: CaptureWorker, index: number, slot?: number): Promise<Buffer> {
  return Buffer.from(await captureThere(worker, index, slot));
}

/** In what an adapter may differ from another. */
export interface CaptureAdapter {
  /** The RGBA pixels of a frame's bytes, where these are something else. */
  readonly decode?: (frame: Buffer) => Promise<Buffer>;
  /** Whether what is thrown comes from so far that it arrives as a plain error, with its kind in its message. */
  readonly isFar?: boolean;
}

/**
 * What {@link CaptureWorker} promises, for any adapter of it. The source has 20 frames of the size SMALL, painted by
 * `paintIndex`, but for the two above.
 */
export function describeCaptureWorker(
  name: string,
  openSource: () => CaptureSource,
  { decode = async (frame) => frame, isFar = false }: CaptureAdapter = {},
): void {
  describe(`capture worker contract: ${name}`, () => {
    const pixels = async (worker: CaptureWorker, index: number, slot?: number) =>
      decode(await capture(worker, index, slot));
    let session: CaptureSession;
    const workers: CaptureWorker[] = [];
    let open: (name?: string) => CaptureWorker;

    before(async () => {
      session = openSource().open();
      const description = await session.describe({});
      const range = { first: 0, count: description.frames };
      const keepAlpha = description.sourceAlpha !== false;
      const openNamed = session.prepare(planCapture(description, { range, window: WINDOW, keepAlpha }));
      open = (name = `worker ${workers.length + 1}`) => {
        const worker = openNamed(name);
        worker.ready.catch(() => {}); // Those that are closed before they are ready.
        workers.push(worker);
        return worker;
      };
    });

    after(() => session.close());

    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      expect(openThreads()).to.equal(0);
    });

    it('captures the frames that it is asked for, in ascending order and with gaps', async () => {
      const worker = open();
      await worker.ready;
      for (const [at, index] of [0, 1, 2, 5, 9, 19].entries()) {
        const frame = await pixels(worker, index, at % WINDOW);
        expect(frame.equals(paintIndex(index)), `frame ${index}`).to.equal(true);
      }
    });

    it('gives the same bytes for a frame, whichever worker captures it', async () => {
      const [one, two] = [open(), open()];
      await Promise.all([one.ready, two.ready]);
      await capture(one, 3, 2); // In the memory that frame 7 comes into.
      expect((await capture(one, 7, 2)).equals(await capture(two, 7, 1))).to.equal(true);
    });

    it('leaves a frame as it is until its slot is given to another', async () => {
      const [one, two] = [open(), open()];
      await Promise.all([one.ready, two.ready]);
      const frames = await Promise.all([captureThere(one, 0, 3), captureThere(two, 1, 0)]);
      frames.push(...(await Promise.all([captureThere(one, 2, 1), captureThere(two, 5, 2)])));
      for (const [at, index] of [0, 1, 2, 5].entries()) {
        const frame = await decode(Buffer.from(frames[at] as Uint8Array));
        expect(frame.equals(paintIndex(index)), `frame ${index}`).to.equal(true);
      }
    });

    it('names the frame that cannot be captured, and keeps the cause', async () => {
      const worker = open();
      await worker.ready;
      const error = await rejection(capture(worker, BROKEN_FRAME), 'CAPTURE_FAILED');
      expect(error.message).to.include(`frame ${BROKEN_FRAME}`).and.include('the lamp broke');
      expect(error.cause).to.be.instanceOf(isFar ? Error : RangeError);
      if (isFar)
        expect(error.cause)
          .to.have.property('message')
          .that.matches(/^RangeError: the lamp broke/);
      else expect(error.cause).to.have.property('message', 'the lamp broke');
    });

    it('can be closed after a frame that failed, and another takes its name and its slot', async () => {
      const worker = open('worker');
      await worker.ready;
      await rejection(capture(worker, BROKEN_FRAME, 2), 'CAPTURE_FAILED');
      await worker.close();
      expect(openThreads()).to.equal(0);
      const fresh = open('worker');
      await fresh.ready;
      await rejection(capture(fresh, BROKEN_FRAME, 2), 'CAPTURE_FAILED');
      await fresh.close();
      const last = open('worker');
      await last.ready;
      for (const index of [BROKEN_FRAME - 1, BROKEN_FRAME + 1]) {
        expect((await pixels(last, index, 2)).equals(paintIndex(index)), `frame ${index}`).to.equal(true);
      }
    });

    it('can be closed twice', async () => {
      const worker = open();
      await worker.ready;
      await Promise.all([worker.close(), worker.close()]);
      await worker.close();
      expect(openThreads()).to.equal(0);
    });

    it('can be closed before it is ready', async () => {
      const worker = open();
      await worker.close();
      expect(openThreads()).to.equal(0);
      const how = await worker.ready.then(
        () => 'ready',
        (error) => error,
      );
      if (how !== 'ready') expect(how).to.be.instanceOf(FilmgateError).with.property('code', 'CANCELLED');
    });

    it('can be closed while it captures, and touches no frame any more', async () => {
      const [worker, other] = [open(), open()];
      await Promise.all([worker.ready, other.ready]);
      let captured = false;
      const capturing = from(worker.capture(frameRequest(STUCK_FRAME, 1))).subscribe({
        next: () => {
          captured = true;
        },
        error: () => {},
      });
      const before = await captureThere(other, 2, 0); // By then, the stuck one is at its frame.
      await worker.close();
      capturing.unsubscribe();
      const after = await captureThere(other, 3, 1); // In the slot that it had.
      await turns(50);
      for (const [index, frame] of [
        [2, before],
        [3, after],
      ] as const) {
        expect((await decode(Buffer.from(frame))).equals(paintIndex(index)), `frame ${index}`).to.equal(true);
      }
      expect(captured).to.equal(false);
    });

    it('leaves nothing when a capture fails because it is closed', async () => {
      const worker = open();
      await worker.ready;
      const outcome = capture(worker, STUCK_FRAME).then(
        () => expect.fail('captured'),
        (error) => error,
      );
      await worker.close();
      // What is only awaited may stay unsettled for ever; what fails says that it was closed.
      const error = await Promise.race([outcome, turns(20)]);
      if (error) expect(error).to.be.instanceOf(FilmgateError).with.property('code', 'CANCELLED');
      expect(openThreads()).to.equal(0);
    });
  });
}
