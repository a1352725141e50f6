import { expect } from 'chai';
import { CODECS } from '../../src/encode/codecs';
import { ffmpegArguments } from '../../src/encode/ffmpegArguments';
import { type EncodeRequest, resolved } from '../support/encodeSpec';

function args(change: Partial<EncodeRequest> = {}): string[] {
  const { spec, options } = resolved({ fps: '30000/1001', ...change });
  const target = { path: 'target', extension: spec.extension, faststart: options.faststart !== false };
  return ffmpegArguments({ ...spec, encoder: CODECS[spec.codec].encoders[0] ?? '' }, options, target);
}

/** The value of an option in an argument list. */
function optionValue(option: string, list: readonly string[]): string | undefined {
  const at = list.indexOf(option);
  return at < 0 ? undefined : list[at + 1];
}

describe('ffmpegArguments', () => {
  it('reads raw frames of the given layout, size and exact rate from standard input', () => {
    const list = args();
    const input = list.slice(list.indexOf('-thread_queue_size'), list.indexOf('-i') + 2).join(' ');
    expect(input).to.equal(
      '-thread_queue_size 8 -f rawvideo -pixel_format rgba -video_size 64x48 -framerate 30000/1001 -i pipe:0',
    );
  });

  for (const [image, decoder] of [
    ['png', 'png'],
    ['jpeg', 'mjpeg'],
  ] as const) {
    it(`reads piped ${image} files with their own decoder`, () => {
      const list = args({ format: { image, width: 64, height: 48 } });
      const input = list.slice(list.indexOf('-f'), list.indexOf('-i') + 2).join(' ');
      expect(input).to.equal(`-f image2pipe -c:v ${decoder} -framerate 30000/1001 -i pipe:0`);
    });
  }

  for (const [decoder, layout] of [
    ['png', { image: 'png' }],
    ['rawvideo', { pixels: 'bgrx' }],
  ] as const) {
    it(`reads ${decoder} frames that repeat as a stream, and repeats what was left out behind the conversion`, () => {
      const list = args({ format: { ...layout, width: 64, height: 48 }, repeats: true });
      const input = list.slice(list.indexOf('-f'), list.indexOf('-i') + 2).join(' ');
      expect(input).to.equal(`-f avi -c:v ${decoder} -i pipe:0`);
      expect(optionValue('-vf', list)).to.match(/,fps=30000\/1001$/);
    });
  }

  it('reads each frame for a GIF, which has times of its own', () => {
    const format = { image: 'png', width: 64, height: 48 } as const;
    expect(args({ format, repeats: true, output: 'a.gif', fps: 25 })).not.to.include('avi');
  });

  it('stops at the first error, says little, and reports progress', () => {
    const list = args();
    expect(list).to.include('-xerror');
    expect(optionValue('-loglevel', list)).to.equal('error');
    expect(optionValue('-progress', list)).to.equal('pipe:3');
  });

  it('writes to the target, last', () => expect(args().at(-1)).to.equal('target'));

  describe('passes on', () => {
    const cases: [Partial<EncodeRequest>, string, string | undefined][] = [
      [{ crf: 12 }, '-crf', '12'],
      [{ bitrate: '8M' }, '-b:v', '8M'],
      [{ bitrate: 8_000_000 }, '-b:v', '8000000'],
      [{ bitrate: '8M' }, '-crf', undefined],
      [{ preset: 'slow' }, '-preset', 'slow'],
      [{ output: 'a.webm', preset: '7' }, '-cpu-used', '7'],
      [{ output: 'a.webm', bitrate: '1M' }, '-crf', undefined],
      [{ output: 'a.webm' }, '-auto-alt-ref', '0'],
      [{ output: 'a.webm', alpha: false }, '-auto-alt-ref', undefined],
      [{ output: 'a.mov', codec: 'prores', preset: 'lt' }, '-profile:v', 'lt'],
      [{ output: 'a.mov', codec: 'prores' }, '-profile:v', '4444'],
      [{ output: 'a.mov', codec: 'prores' }, '-alpha_bits', '16'],
      [{ threads: 3 }, '-threads', '3'],
      [{}, '-threads', undefined],
      [{}, '-movflags', '+faststart'],
      [{ output: 'a.mov' }, '-movflags', '+faststart'],
      [{ faststart: false }, '-movflags', undefined],
      [{ output: 'a.mkv' }, '-movflags', undefined],
      [{ output: '%d.png', first: 7 }, '-start_number', '7'],
      [{}, '-colorspace', 'bt709'],
      [{}, '-color_range', 'tv'],
      [{ output: '%d.png' }, '-color_range', undefined],
    ];
    for (const [change, option, value] of cases) {
      it(`${JSON.stringify(change)} as ${option} ${value ?? 'not at all'}`, () => {
        const list = args(change);
        expect(optionValue(option, list.slice(list.indexOf('-vf')))).to.equal(value);
      });
    }
  });

  describe('filters', () => {
    const cases: [string, Partial<EncodeRequest>, RegExp][] = [
      [
        'converts RGB to BT.709 explicitly',
        {},
        /^scale=out_color_matrix=bt709:out_range=tv:flags=[\w+]+,format=yuv420p,setparams/,
      ],
      ['uses the pixel format', { pixelFormat: 'yuv444p' }, /format=yuv444p/],
      ['pads both ways for 4:2:0', odd('h264', 'a.mp4'), /^pad=66:50:0:0,/],
      ['pads the width only for 4:2:2', odd('prores', 'a.mov', false), /^pad=66:49:0:0,/],
      ['pads nothing for 4:4:4', { ...odd('h264', 'a.mp4'), pixelFormat: 'yuv444p' }, /^((?!pad=).)*$/],
      ['pads nothing that is even', {}, /^((?!pad=).)*$/],
      [
        'takes YUV frames for BT.709',
        { format: { pixels: 'yuv420p', width: 64, height: 48 } },
        /^setparams=range=tv:color_primaries=bt709/,
      ],
      [
        'makes a palette for each GIF frame',
        { output: 'a.gif', fps: 25 },
        /stats_mode=single:reserve_transparent=1/,
      ],
      ['without a transparent colour', { output: 'a.gif', fps: 25, alpha: false }, /reserve_transparent=0/],
    ];
    for (const [name, change, expected] of cases) {
      it(name, () => expect(optionValue('-vf', args(change))).to.match(expected));
    }
  });

  it('hands the list to the hook, and uses what it returns', () => {
    const plain = args();
    let given: string[] = [];
    const list = args({
      ffmpegArgs: (before) => {
        given = [...before];
        return [...before.slice(0, -1), '-tune', 'animation', 'elsewhere'];
      },
    });
    expect(given).to.deep.equal(plain);
    expect(list.slice(-3)).to.deep.equal(['-tune', 'animation', 'elsewhere']);
  });
});

function odd(codec: 'h264' | 'prores', output: string, alpha?: boolean) {
  const format = { pixels: 'rgba', width: 65, height: 49 } as const;
  return { codec, output, format, ...(alpha === undefined ? {} : { alpha }) };
}
