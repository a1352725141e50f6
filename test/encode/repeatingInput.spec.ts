import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { aviHeader, frameHead } from '../../src/encode/avi';
import { openEncoder } from '../../src/encode/encoder';
import type { OpenEncoderOptions } from '../../src/encode/planEncoder';
import { type FrameInput, RepeatingInput } from '../../src/encode/repeatingInput';
import { frameBytes } from '../../src/frames/format';
import { pidOf } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { decodeIndices, encodeImage, frameMd5, paintIndex, SMALL } from '../support/video';

const STREAM = { format: { image: 'png', ...SMALL }, fps: { numerator: 30, denominator: 1 } } as const;
const HEADER = aviHeader(STREAM);
const NOTHING = frameHead();
const ONE = Buffer.concat([frameHead(1), Buffer.from('a\0')]);

/** What FFmpeg is given for pictures of one letter each. */
async function given(pictures: string): Promise<string> {
  const bytes: Buffer[] = [];
  const input: FrameInput = { write: async (part) => bytes.push(Buffer.from(part)) > 0, end: () => {} };
  const repeating = new RepeatingInput(input, STREAM);
  const buffer = Buffer.alloc(1); // The same for all: it may be reused.
  for (const letter of pictures) {
    buffer.write(letter);
    expect(await repeating.write(buffer)).to.equal(true);
  }
  repeating.end();
  const all = Buffer.concat(bytes);
  expect(all.subarray(0, HEADER.length)).to.deep.equal(HEADER);
  let frames = '';
  for (let at = HEADER.length; at < all.length; ) {
    const frame = all.subarray(at, at + ONE.length);
    const isNothing = frame.subarray(0, NOTHING.length).equals(NOTHING);
    frames += isNothing ? '-' : frame.subarray(NOTHING.length, -1);
    at += isNothing ? NOTHING.length : ONE.length;
  }
  return frames;
}

describe('RepeatingInput', () => {
  it('leaves out a picture that equals the last', async () =>
    expect(await given('aabbbca')).to.equal('a-b--ca'));

  it('never leaves out the last of all', async () => {
    expect(await given('a')).to.equal('a');
    expect(await given('abbb')).to.equal('ab-b');
  });

  it('leaves out no more than FFmpeg may fall behind by', async () =>
    expect(await given('a'.repeat(20))).to.equal('a-------a-------a--a'));
});

describe('frames that repeat', () => {
  const path = useFolder();

  const INDICES = [4, 4, 7, 2, 2, 2, 9, ...new Array(21).fill(5), 1, 4, 4];

  async function encode(file: string, options: Partial<OpenEncoderOptions> = {}) {
    const image = options.format && 'image' in options.format ? options.format.image : 'png';
    const output = path(file);
    const encoder = await openEncoder({
      ...{ output, format: { image, ...SMALL }, fps: '30000/1001' },
      ...options,
    });
    let encoded = 0;
    encoder.progress.subscribe(({ frames }) => {
      encoded = frames;
    });
    const pictures = new Map<number, Buffer>();
    for (const index of new Set(INDICES))
      pictures.set(index, await encodeImage(paintIndex(index), SMALL, image));
    for (const index of INDICES) {
      expect(await encoder.writeFrame(pictures.get(index) as Buffer)).to.equal(true);
    }
    const { frames } = await encoder.close();
    expect(frames).to.equal(INDICES.length);
    expect(encoded).to.equal(INDICES.length);
    return output;
  }

  for (const [file, options] of Object.entries<Partial<OpenEncoderOptions>>({
    'video.mp4': {},
    'video.mkv': { format: { image: 'jpeg', ...SMALL } },
    'video.mov': { codec: 'prores' },
    'video.webm': { codec: 'vp9', fps: 25 },
    'video.gif': { fps: 25 },
  })) {
    it(`come out as if each had been decoded: ${file}`, async () => {
      const plain = await encode(`plain-${file}`, options);
      const repeated = await encode(file, { ...options, repeats: true });
      expect(await decodeIndices(repeated)).to.deep.equal(INDICES);
      expect(await frameMd5(repeated)).to.deep.equal(await frameMd5(plain));
    });
  }

  for (const pixels of ['rgba', 'bgra', 'bgrx', 'rgb24', 'yuv420p', 'nv12'] as const) {
    it(`come out as if each had been converted: ${pixels}`, async () => {
      const format = { pixels, width: 35, height: 19 };
      const pictures = [0, 1].map(() => randomBytes(frameBytes(format)));
      const sums: unknown[] = [];
      for (const repeats of [false, true]) {
        const output = path(`${pixels}-${repeats}.mov`);
        const encoder = await openEncoder({ output, format, fps: 25, codec: 'prores', repeats });
        for (const picture of [0, 0, 1, 1, 1, 0, 0]) {
          const bytes = Buffer.from(pictures[picture] as Buffer);
          expect(await encoder.writeFrame(bytes)).to.equal(true);
          bytes.fill(0); // It is its owner's again.
        }
        expect((await encoder.close()).frames).to.equal(7);
        sums.push((await frameMd5(output)).sums);
      }
      expect(sums[1]).to.deep.equal(sums[0]);
      expect(new Set(sums[1] as string[]).size).to.equal(2);
    });
  }

  it('are refused when FFmpeg is gone', async () => {
    const format = { image: 'png', ...SMALL } as const;
    const encoder = await openEncoder({ output: path('video.mp4'), format, fps: 30, repeats: true });
    const frame = await encodeImage(paintIndex(1), SMALL, 'png');
    await encoder.writeFrame(frame);
    process.kill(pidOf(encoder), 'SIGKILL');
    await encoder.failed;
    expect(await encoder.writeFrame(frame)).to.equal(false);
  });
});
