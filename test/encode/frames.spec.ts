import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { openEncoder } from '../../src/encode/encoder';
import type { OpenEncoderOptions } from '../../src/encode/planEncoder';
import type { FrameFormat } from '../../src/frames/format';
import { useFolder } from '../support/folder';
import {
  decode,
  decodeIndices,
  encodeImage,
  meanColour,
  paintFlat,
  paintIndex,
  probe,
  SMALL,
} from '../support/video';

const INDICES = [3, 2, 1, 0, 700];

describe('frames in, frames out', () => {
  const path = useFolder();

  async function encode(
    options: Omit<OpenEncoderOptions, 'output' | 'fps'>,
    file: string,
    frames: readonly Uint8Array[],
  ): Promise<string> {
    const output = path(file);
    const encoder = await openEncoder({ output, fps: 25, ...options });
    for (const frame of frames) expect(await encoder.writeFrame(frame)).to.equal(true);
    await encoder.close();
    return output;
  }

  describe('every kind of input comes out in order', () => {
    for (const pixels of ['rgba', 'bgra', 'bgrx', 'rgb24', 'yuv420p', 'nv12'] as const) {
      it(pixels, async () => {
        const frames = INDICES.map((index) => paintIndex(index, SMALL, pixels));
        const output = await encode({ format: { pixels, ...SMALL } }, 'video.mp4', frames);
        expect(await decodeIndices(output)).to.deep.equal(INDICES);
      });
    }

    for (const image of ['png', 'jpeg'] as const) {
      it(`piped ${image}`, async () => {
        const frames = await Promise.all(
          INDICES.map((index) => encodeImage(paintIndex(index), SMALL, image)),
        );
        const output = await encode({ format: { image, ...SMALL } }, 'video.mp4', frames);
        expect(await decodeIndices(output)).to.deep.equal(INDICES);
      });
    }
  });

  describe('odd sizes', () => {
    const size = { width: 65, height: 49 };
    const cases: {
      codec: OpenEncoderOptions['codec'] & string;
      file: string;
      width: number;
      height: number;
    }[] = [
      { codec: 'h264', file: 'video.mp4', width: 66, height: 50 },
      { codec: 'vp9', file: 'video.webm', width: 66, height: 50 },
      { codec: 'prores', file: 'video.mov', width: 66, height: 49 },
      { codec: 'gif', file: 'video.gif', width: 65, height: 49 },
    ];
    for (const { codec, file, width, height } of cases) {
      for (const pixels of ['rgb24', 'bgrx', 'yuv420p', 'nv12'] as const) {
        it(`${codec} of ${pixels}: ${width}x${height}`, async () => {
          const frames = INDICES.map((index) => paintIndex(index, size, pixels));
          const output = await encode({ codec, format: { pixels, ...size } }, file, frames);
          expect(await probe(output)).to.deep.include({ width, height });
          expect(await decodeIndices(output)).to.deep.equal(INDICES);
        });
      }
    }

    const inputs: [string, FrameFormat][] = [
      ['rgb24', { pixels: 'rgb24', ...size }],
      ['bgrx', { pixels: 'bgrx', ...size }],
      ['yuv420p', { pixels: 'yuv420p', ...size }],
      ['nv12', { pixels: 'nv12', ...size }],
      ['png', { image: 'png', ...size }],
      ['jpeg', { image: 'jpeg', ...size }],
    ];
    for (const [name, format] of inputs) {
      it(`pads ${name} by one line and one column of black, and leaves the picture as it is`, async () => {
        const white =
          'image' in format
            ? await encodeImage(paintIndex(0xffff, size), size, format.image)
            : paintIndex(0xffff, size, format.pixels);
        const output = await encode({ format, crf: 1 }, 'video.mp4', [white]);
        const [grey = Buffer.alloc(0)] = (await decode(output, { pixels: 'gray' })).frames;
        const at = (x: number, y: number) => grey[y * 66 + x] ?? -1;
        expect(Math.min(at(10, 10), at(64, 20), at(30, 48)), 'the picture').to.be.at.least(250);
        expect(Math.max(at(65, 20), at(30, 49)), 'the padding').to.be.at.most(5);
      });
    }
  });

  describe('alpha', () => {
    const clear = [0, 255, 0, 0];
    const solid = [255, 0, 0, 255];
    const half = [0, 0, 255, 128];
    const vp9 = ['-c:v', 'libvpx-vp9'];
    const cases: {
      codec: OpenEncoderOptions['codec'] & string;
      file: string;
      input?: string[];
      half?: number;
    }[] = [
      { codec: 'vp9', file: 'video.webm', input: vp9, half: 128 },
      { codec: 'prores', file: 'video.mov', half: 128 },
      { codec: 'png', file: 'frames/%d.png', half: 128 },
      { codec: 'gif', file: 'video.gif' },
    ];
    for (const { codec, file, input = [], half: kept } of cases) {
      const colours = kept === undefined ? [clear, solid] : [clear, solid, half];
      const alphas = async (alpha?: boolean) => {
        const format: FrameFormat = { pixels: 'rgba', ...SMALL };
        const frames = colours.map((colour) => paintFlat(colour));
        const output = await encode(
          { codec, format, ...(alpha === undefined ? {} : { alpha }) },
          file,
          frames,
        );
        const decoded = await decode(output, { pixels: 'rgba', input });
        return decoded.frames.map((frame) => meanColour(frame, 4)[3] ?? -1);
      };

      it(`${codec} keeps it`, async () => {
        const seen = await alphas();
        const expected = kept === undefined ? [0, 255] : [0, 255, kept];
        expect(distance(seen, expected), `alphas ${seen}`).to.be.at.most(2);
      });

      it(`${codec} leaves it out when told to`, async () => {
        for (const alpha of await alphas(false)) expect(alpha).to.equal(255);
      });
    }

    it('comes from bgra frames as well', async () => {
      const frames = [clear, half].map(([red = 0, green = 0, blue = 0, alpha = 0]) =>
        paintFlat([blue, green, red, alpha]),
      );
      const output = await encode({ format: { pixels: 'bgra', ...SMALL } }, 'video.webm', frames);
      const decoded = await decode(output, { pixels: 'rgba', input: vp9 });
      const seen = decoded.frames.map((frame) => meanColour(frame, 4)[3] ?? -1);
      expect(distance(seen, [0, 128]), `alphas ${seen}`).to.be.at.most(2);
    });

    it('comes from PNG frames as well', async () => {
      const frames = await Promise.all([clear, half].map((c) => encodeImage(paintFlat(c), SMALL, 'png')));
      const output = await encode({ format: { image: 'png', ...SMALL } }, 'video.webm', frames);
      const decoded = await decode(output, { pixels: 'rgba', input: vp9 });
      const seen = decoded.frames.map((frame) => meanColour(frame, 4)[3] ?? -1);
      expect(distance(seen, [0, 128]), `alphas ${seen}`).to.be.at.most(2);
    });
  });

  describe('colours come back within 2 of 255', () => {
    const colours = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], orange: [255, 165, 0] };
    const outputs: [OpenEncoderOptions['codec'] & string, string][] = [
      ['h264', 'video.mp4'],
      ['h265', 'video.mkv'],
      ['vp9', 'video.webm'],
      ['av1', 'video.mp4'],
      ['prores', 'video.mov'],
      ['gif', 'video.gif'],
      ['png', 'frames/%d.png'],
    ];
    const flat = Object.values(colours).map((colour) => paintFlat([...colour, 255]));

    async function worst(output: string): Promise<number> {
      const { frames } = await decode(output);
      expect(frames).to.have.length(4);
      const off = Object.values(colours).map((colour, at) => {
        return distance(meanColour(frames[at] ?? Buffer.alloc(3), 3), colour);
      });
      return Math.max(...off);
    }

    for (const [codec, file] of outputs) {
      it(`${codec} of rgba`, async () => {
        const output = await encode(
          { codec, format: { pixels: 'rgba', ...SMALL }, alpha: false },
          file,
          flat,
        );
        expect(await worst(output)).to.be.at.most(2);
      });
    }

    // JPEG itself is off by up to 3 in a channel before it reaches Filmgate.
    for (const [image, bound] of [
      ['png', 2],
      ['jpeg', 5],
    ] as const) {
      it(`h264 of ${image}${bound === 2 ? '' : `, within ${bound}`}`, async () => {
        const frames = await Promise.all(flat.map((frame) => encodeImage(frame, SMALL, image)));
        const output = await encode({ format: { image, ...SMALL } }, 'video.mp4', frames);
        expect(await worst(output)).to.be.at.most(bound);
      });
    }

    for (const pixels of ['bgra', 'bgrx'] as const) {
      it(`h264 of ${pixels}, whatever its fourth byte is`, async () => {
        const frames = Object.values(colours).map(([red = 0, green = 0, blue = 0]) =>
          paintFlat([blue, green, red, pixels === 'bgrx' ? 7 : 255]),
        );
        const output = await encode({ format: { pixels, ...SMALL }, alpha: false }, 'video.mp4', frames);
        expect(await worst(output)).to.be.at.most(2);
      });
    }

    it('nv12 has U before V', async () => {
      const format = { pixels: 'nv12', ...SMALL } as const;
      const { width, height } = SMALL;
      const red = Buffer.alloc(width * height * 1.5, Buffer.from([102, 240])); // U and V of red.
      red.fill(63, 0, width * height);
      const output = await encode({ format }, 'video.mp4', [red]);
      const { frames } = await decode(output);
      expect(distance(meanColour(frames[0] ?? Buffer.alloc(3), 3), colours.red)).to.be.at.most(3);
    });

    it('yuv420p is passed on as it is', async () => {
      const frame = paintIndex(0b1010, SMALL, 'yuv420p');
      const format = { pixels: 'yuv420p', ...SMALL } as const;
      const output = await encode({ format, crf: 0 }, 'video.mp4', [frame]);
      const [grey = Buffer.alloc(0)] = (await decode(output, { pixels: 'gray' })).frames;
      expect([grey[0], grey[20]]).to.deep.equal([0, 255]);
    });
  });

  describe('faststart', () => {
    for (const [faststart, order] of [
      [undefined, 'before'],
      [true, 'before'],
      [false, 'after'],
    ] as const) {
      it(`${faststart ?? 'by default'}: the index comes ${order} the frames`, async () => {
        const format = { pixels: 'rgba', ...SMALL } as const;
        const option = faststart === undefined ? {} : { faststart };
        const output = await encode({ format, ...option }, 'video.mp4', [paintIndex(1)]);
        const file = readFileSync(output);
        expect(file.indexOf('moov') < file.indexOf('mdat')).to.equal(order === 'before');
      });
    }
  });

  it('lets the hook change what FFmpeg does', async () => {
    const ffmpegArgs = (args: string[]) => [
      ...args.slice(0, -1),
      '-metadata',
      'title=from the hook',
      ...args.slice(-1),
    ];
    const output = await encode({ format: { pixels: 'rgba', ...SMALL }, ffmpegArgs }, 'video.mp4', [
      paintIndex(1),
    ]);
    expect(readFileSync(output).includes('from the hook')).to.equal(true);
  });
});

/** The largest difference between two lists of channels. */
function distance(seen: readonly number[], expected: readonly number[]): number {
  return Math.max(...seen.map((value, at) => Math.abs(value - (expected[at] ?? 0))));
}
