import { expect } from 'chai';
import { from, lastValueFrom } from 'rxjs';
import type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  SourceOverrides,
} from '../../src/capture/source';
import { FilmgateError } from '../../src/errors';
import { openThreads } from './openThreads';
import { rejection } from './rejection';
import { paintIndex } from './video';

/** The frame in whose capture the source throws `new RangeError('the lamp broke')`. */
export const BROKEN_FRAME = 13;
/** The frame whose capture never comes to an end. */
export const STUCK_FRAME = 17;

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
  return {
    ...description,
    alpha: description.alpha !== false,
    range: { first: 0, count: description.frames },
    window,
  };
}

/** The bytes of one frame, copied: its place may be painted again. */
export async function capture(worker: CaptureWorker, index: number): Promise<Buffer> {
  const frame = await lastValueFrom(from(worker.capture(index)));
  expect(frame.index).to.equal(index);
  return Buffer.from(frame.data);
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
    const pixels = async (worker: CaptureWorker, index: number) => decode(await capture(worker, index));
    let session: CaptureSession;
    const workers: CaptureWorker[] = [];
    let open: () => CaptureWorker;

    before(async () => {
      session = openSource().open();
      const description = await session.describe({});
      const range = { first: 0, count: description.frames };
      const alpha = description.alpha !== false;
      const openNamed = session.prepare({ ...description, alpha, range, window: 4 });
      open = () => {
        const worker = openNamed(`worker ${workers.length + 1}`);
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
      for (const index of [0, 1, 2, 5, 9, 19]) {
        expect((await pixels(worker, index)).equals(paintIndex(index)), `frame ${index}`).to.equal(true);
      }
    });

    it('gives the same bytes for a frame, whichever worker captures it', async () => {
      const [one, two] = [open(), open()];
      await Promise.all([one.ready, two.ready]);
      await capture(one, 3); // In the memory that frame 7 comes into.
      expect((await capture(one, 7)).equals(await capture(two, 7))).to.equal(true);
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

    it('captures the next frame after one that failed', async () => {
      const worker = open();
      await worker.ready;
      await rejection(capture(worker, BROKEN_FRAME), 'CAPTURE_FAILED');
      expect((await pixels(worker, 14)).equals(paintIndex(14))).to.equal(true);
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

    it('can be closed while it captures', async () => {
      const worker = open();
      await worker.ready;
      let captured = false;
      const capturing = from(worker.capture(STUCK_FRAME)).subscribe({
        next: () => {
          captured = true;
        },
        error: () => {},
      });
      await worker.close();
      capturing.unsubscribe();
      expect(captured).to.equal(false);
      expect(openThreads()).to.equal(0);
    });
  });
}
