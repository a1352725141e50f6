import { openEncoder } from '../../src/encode/encoder';
import { FilmgateError } from '../../src/errors';
import type { FrameFormat } from '../../src/frames/format';
import { pidOf } from '../support/encoderProcess';
import { FakeWriter, frameOf } from '../support/fakeWriter';
import { useFolder } from '../support/folder';
import { decodeIndices, encodeImage, paintIndex } from '../support/video';
import { describeFrameWriter, type WriterUnderTest } from '../support/writerContract';

// Larger than what a pipe holds: a write pends while FFmpeg stands still.
const SIZE = { width: 512, height: 384 };

describe('frame writers', () => {
  const path = useFolder();

  async function real(
    format: FrameFormat,
    frames: readonly Uint8Array[],
    wrongFrame: Uint8Array,
  ): Promise<WriterUnderTest> {
    const output = path('video.mp4');
    const encoder = await openEncoder({ output, format, fps: 30, preset: 'ultrafast' });
    return {
      writer: encoder,
      frame: (index) => frames[index] as Uint8Array,
      wrongFrame,
      stall: () => process.kill(pidOf(encoder), 'SIGSTOP'),
      kill: () => process.kill(pidOf(encoder), 'SIGKILL'),
      read: () => decodeIndices(output),
    };
  }

  const raw = [0, 1, 2].map((index) => paintIndex(index, SIZE));
  let png: Uint8Array[];

  before(async () => {
    png = await Promise.all(raw.map((frame) => encodeImage(frame, SIZE, 'png')));
  });

  describeFrameWriter('the encoder, raw frames', () =>
    real({ pixels: 'rgba', ...SIZE }, raw, Buffer.alloc(4)),
  );

  describeFrameWriter('the encoder, PNG frames', () => real({ image: 'png', ...SIZE }, png, Buffer.alloc(0)));

  describeFrameWriter('the fake writer', async () => {
    const writer = new FakeWriter();
    return {
      writer,
      frame: frameOf,
      wrongFrame: new Uint8Array(0),
      stall: () => {
        writer.onWrite = () => new Promise(() => {});
      },
      kill: () => writer.fail(new FilmgateError('ENCODE_FAILED', 'killed')),
      read: async () => writer.drained,
    };
  });
});
