import { expect } from 'chai';
import { CODECS, type Codec } from '../../src/encode/codecs';
import { openEncoder } from '../../src/encode/encoder';
import { type OpenEncoderOptions, planOpenEncoder } from '../../src/encode/planEncoder';
import { useFolder } from '../support/folder';
import { decodeIndices, frameMd5, paintIndex, probe, SMALL } from '../support/video';

const INDICES = [0, 1, 2, 5, 9, 1023, 4096, 40000];

const RESULTS: { codec: Codec; file: string; is: string; pixelFormat: string; size?: number }[] = [
  { codec: 'h264', file: 'video.mp4', is: 'h264', pixelFormat: 'yuv420p' },
  { codec: 'h264', file: 'video.mov', is: 'h264', pixelFormat: 'yuv420p' },
  { codec: 'h264', file: 'video.mkv', is: 'h264', pixelFormat: 'yuv420p' },
  { codec: 'h265', file: 'video.mp4', is: 'hevc', pixelFormat: 'yuv420p' },
  { codec: 'h265', file: 'video.mov', is: 'hevc', pixelFormat: 'yuv420p' },
  { codec: 'h265', file: 'video.mkv', is: 'hevc', pixelFormat: 'yuv420p' },
  { codec: 'vp9', file: 'video.webm', is: 'vp9', pixelFormat: 'yuv420p' },
  { codec: 'vp9', file: 'video.mkv', is: 'vp9', pixelFormat: 'yuv420p' },
  { codec: 'prores', file: 'video.mov', is: 'prores', pixelFormat: 'yuv422p10le' },
  { codec: 'av1', file: 'video.mp4', is: 'av1', pixelFormat: 'yuv420p', size: 64 },
  { codec: 'av1', file: 'video.webm', is: 'av1', pixelFormat: 'yuv420p', size: 64 },
  { codec: 'av1', file: 'video.mkv', is: 'av1', pixelFormat: 'yuv420p', size: 64 },
  { codec: 'av1', file: 'small.mp4', is: 'av1', pixelFormat: 'yuv420p' }, // Too small for SVT: libaom.
];

describe('codecs', () => {
  const path = useFolder();

  async function encode(options: Omit<OpenEncoderOptions, 'output' | 'format'>, file: string, side?: number) {
    const size = side === undefined ? SMALL : { width: side, height: side };
    const output = path(file);
    const encoder = await openEncoder({ output, format: { pixels: 'rgb24', ...size }, ...options });
    for (const index of INDICES) {
      expect(await encoder.writeFrame(paintIndex(index, size, 'rgb24'))).to.equal(true);
    }
    const result = await encoder.close();
    expect(result).to.deep.include({ output, frames: INDICES.length });
    expect(result.bytes).to.be.above(0);
    return { output, size };
  }

  for (const { codec, file, is, pixelFormat, size: side } of RESULTS) {
    it(`${codec} in ${file}: tagged, at the exact rate, every frame in its place`, async () => {
      const { output, size } = await encode({ codec, fps: '30000/1001' }, file, side);
      const video = await probe(output);
      expect(video).to.deep.include({ codec: is, pixelFormat, ...size, fps: 29.97 });
      // A ProRes stream has no field for its range, which is always limited; FFmpeg 7 does not make it up.
      expect(video.colour).to.match(codec === 'prores' ? /^(tv, )?bt709/ : /^tv, bt709/);
      expect(await decodeIndices(output)).to.deep.equal(INDICES);
      expect((await frameMd5(output)).timeBase).to.equal('1001/30000');
    });
  }

  it('gif: every frame in its place, and the whole as long as it should be', async () => {
    const { output } = await encode({ fps: 25 }, 'video.gif');
    expect(await probe(output)).to.deep.include({ codec: 'gif', ...SMALL, fps: 25, seconds: 0.32 });
    expect(await decodeIndices(output)).to.deep.equal(INDICES);
  });

  it('png: a sequence, numbered from the first frame', async () => {
    const { output } = await encode({ fps: 30, first: 7 }, 'frames/%03d.png');
    const input = ['-start_number', '7'];
    expect(await probe(output, input)).to.deep.include({ codec: 'png', pixelFormat: 'rgb24', ...SMALL });
    expect(await decodeIndices(output, { input })).to.deep.equal(INDICES);
  });

  it('av1 takes SVT where it is large enough for it, and libaom otherwise', async () => {
    const plan = (side: number) =>
      planOpenEncoder({
        output: path('video.mp4'),
        codec: 'av1',
        format: { pixels: 'rgba', width: 640, height: side },
        fps: 30,
      });
    expect((await plan(64)).encoder).to.equal('libsvtav1');
    expect((await plan(63)).encoder).to.equal('libaom-av1');
  });

  it('libaom encodes what it is told to', async () => {
    const args = CODECS.av1.args('libaom-av1', { pixelFormat: 'yuv420p', preset: '13', crf: 20 });
    expect(args.join(' ')).to.equal('-cpu-used 8 -row-mt 1 -crf 20 -b:v 0');
    const bitrate = CODECS.av1.args('libaom-av1', { pixelFormat: 'yuv420p', bitrate: '1M' });
    expect(bitrate.join(' ')).to.equal('-cpu-used 8 -row-mt 1 -b:v 1M');
  });

  const ARGUMENTS: [Codec, string, string][] = [
    ['h264', 'libx264', '-preset veryfast -bf 2 -subq 1 -crf 18'],
    ['h265', 'libx265', '-preset medium -crf 22 -x265-params log-level=error -tag:v hvc1'],
    ['vp9', 'libvpx-vp9', '-deadline good -cpu-used 4 -row-mt 1 -crf 30 -b:v 0'],
    ['av1', 'libsvtav1', '-preset 8 -crf 30'],
    ['prores', 'prores_ks', '-profile:v hq -vendor apl0'],
    ['gif', 'gif', ''],
    ['png', 'png', ''],
  ];
  for (const [codec, encoder, expected] of ARGUMENTS) {
    it(`${codec} has defaults of its own: ${expected || 'none'}`, () => {
      const { pixelFormat, args } = CODECS[codec];
      expect(args(encoder, { pixelFormat }).join(' ')).to.equal(expected);
    });
  }
});
