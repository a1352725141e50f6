import { expect } from 'chai';
import type { FrameWriter } from '../../src/encode/frameWriter';
import { rejection } from './rejection';

/** One adapter under test: a fresh writer, and what the suite has to be able to do to it. */
export interface WriterUnderTest {
  readonly writer: FrameWriter;
  /** The frame that stands for an index. */
  frame(index: number): Uint8Array;
  /** A frame that the writer has to refuse. */
  readonly wrongFrame: Uint8Array;
  /** Makes the encoder stand still, so that the next write pends. */
  stall(): void;
  /** Makes the encoder go before its time. */
  kill(): void;
  /** The indices of the frames that came out, after a good close. */
  read(): Promise<number[]>;
}

/** What {@link FrameWriter} promises, for any adapter of it. */
export function describeFrameWriter(name: string, open: () => Promise<WriterUnderTest>): void {
  describe(`frame writer contract: ${name}`, () => {
    let subject: WriterUnderTest;
    let writer: FrameWriter;

    beforeEach(async () => {
      subject = await open();
      writer = subject.writer;
    });

    afterEach(() => writer.destroy());

    it('takes frames one at a time, in order', async () => {
      for (const index of [0, 1, 2]) expect(await writer.writeFrame(subject.frame(index))).to.equal(true);
      expect((await writer.close()).frames).to.equal(3);
      expect(await subject.read()).to.deep.equal([0, 1, 2]);
    });

    it('refuses a second write while one is pending, and is not harmed', async () => {
      const first = writer.writeFrame(subject.frame(0));
      await rejection(writer.writeFrame(subject.frame(1)), 'WRITE_PENDING');
      expect(await first).to.equal(true);
      expect(await writer.writeFrame(subject.frame(1))).to.equal(true);
      await writer.close();
      expect(await subject.read()).to.deep.equal([0, 1]);
    });

    it('refuses a frame of the wrong size, and is not harmed', async () => {
      await writer.writeFrame(subject.frame(0));
      await rejection(writer.writeFrame(subject.wrongFrame), 'FRAME_SIZE');
      expect(await writer.writeFrame(subject.frame(1))).to.equal(true);
      await writer.close();
      expect(await subject.read()).to.deep.equal([0, 1]);
    });

    it('lets a frame that is pending when it is closed be part of the video', async () => {
      const write = writer.writeFrame(subject.frame(0));
      const result = await writer.close();
      expect(await write).to.equal(true);
      expect(result.frames).to.equal(1);
    });

    it('gives the same promise for every close, and for every destroy', async () => {
      await writer.writeFrame(subject.frame(0));
      const close = writer.close();
      expect(writer.close()).to.equal(close);
      await close;
      expect(writer.close()).to.equal(close);
      const destroy = writer.destroy();
      expect(writer.destroy()).to.equal(destroy);
      await destroy;
      expect(writer.destroy()).to.equal(destroy);
    });

    it('answers false to a write after close', async () => {
      await writer.writeFrame(subject.frame(0));
      const close = writer.close();
      expect(await writer.writeFrame(subject.frame(1))).to.equal(false);
      expect((await close).frames).to.equal(1);
      expect(await writer.writeFrame(subject.frame(1))).to.equal(false);
    });

    it('answers false to a write after destroy', async () => {
      const destroy = writer.destroy();
      expect(await writer.writeFrame(subject.frame(0))).to.equal(false);
      await destroy;
      expect(await writer.writeFrame(subject.frame(0))).to.equal(false);
    });

    it('settles a pending write when it is destroyed', async () => {
      subject.stall();
      const write = writer.writeFrame(subject.frame(0));
      await writer.destroy();
      expect(await write).to.equal(false);
    });

    it('rejects a close after destroy', async () => {
      await writer.writeFrame(subject.frame(0));
      await writer.destroy();
      await rejection(writer.close(), 'CANCELLED');
    });

    it('does nothing to a finished video when it is destroyed', async () => {
      await writer.writeFrame(subject.frame(0));
      await writer.close();
      await writer.destroy();
      expect(await subject.read()).to.deep.equal([0]);
    });

    it('tells at once when the encoder goes before its time, and answers false from then on', async () => {
      subject.stall();
      const write = writer.writeFrame(subject.frame(0));
      subject.kill();
      expect((await writer.failed).code).to.equal('ENCODE_FAILED');
      expect(await write).to.equal(false);
      expect(await writer.writeFrame(subject.frame(1))).to.equal(false);
      await rejection(writer.close(), 'ENCODE_FAILED');
    });

    it('is gone before its time, for a reason, when it is destroyed before close', async () => {
      await writer.writeFrame(subject.frame(0));
      await writer.destroy();
      expect((await writer.failed).code).to.equal('CANCELLED');
    });

    it('has not failed after a good end', async () => {
      let failed = false;
      writer.failed.then(() => {
        failed = true;
      });
      await writer.writeFrame(subject.frame(0));
      await writer.close();
      await writer.destroy();
      await new Promise((resolve) => setImmediate(resolve));
      expect(failed).to.equal(false);
    });
  });
}
