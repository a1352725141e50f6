import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { FrameFiles } from '../../../../src/capture/chromium/media/frameFiles';
import { probeMedia } from '../../../../src/capture/chromium/media/probeMedia';
import { withEveryFFmpeg } from '../../../support/everyFFmpeg';
import { useFolder } from '../../../support/folder';
import { decode } from '../../../support/video';

const COLOURS = [
  [255, 255, 255],
  [0, 0, 0],
  [192, 32, 32],
  [32, 192, 32],
  [32, 32, 192],
  [200, 180, 20],
];
const BAR = 32; // pixels
const width = COLOURS.length * BAR;

/** How a video is stored: its pixels, its matrix as `scale` calls it, what it is tagged as, its range, its height. */
const STORED: [
  pixels: string,
  matrix: string,
  tag: string | undefined,
  range: 'tv' | 'pc',
  height: number,
][] = [
  ['yuv420p', 'bt709', 'bt709', 'tv', 48],
  ['yuv420p', 'bt709', undefined, 'tv', 720],
  ['yuv420p', 'smpte170m', undefined, 'tv', 48],
  ['yuv420p', 'smpte170m', 'smpte170m', 'tv', 720],
  ['yuv420p', 'bt709', 'bt709', 'pc', 48],
  ['yuv420p', 'bt709', 'bt709', 'tv', 47],
  ['yuv420p10le', 'bt2020', 'bt2020nc', 'tv', 48],
  ['yuv422p10le', 'bt709', 'bt709', 'tv', 48],
  ['yuv444p', 'smpte240m', 'smpte240m', 'tv', 48],
];

describe('Pictures of a video', () => {
  const file = useFolder();

  withEveryFFmpeg((ffmpeg) => {
    for (const [pixels, matrix, tag, range, height] of STORED)
      it(`have the colours of ${pixels} in ${matrix}, ${range}, ${tag ? 'tagged' : 'untagged'}, ${height} lines`, async () => {
        const row = Buffer.from(COLOURS.flatMap((colour) => Array(BAR).fill(colour).flat()));
        writeFileSync(file('bars.rgb'), Buffer.concat(Array(height).fill(row)));
        const input = [
          '-f',
          'rawvideo',
          '-pix_fmt',
          'rgb24',
          '-s',
          `${width}x${height}`,
          '-i',
          file('bars.rgb'),
        ];
        const convert = `scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd,format=${pixels},setparams=colorspace=${tag ?? 'unknown'}`;
        const tags = ['-colorspace', tag ?? 'unknown', '-color_range', range];
        const path = file('bars.mkv');
        execFileSync(ffmpeg().path, [
          ...['-loglevel', 'error', ...input, '-vf', convert, ...tags, '-c:v', 'ffv1', path],
        ]);

        const { signal } = new AbortController();
        const { video } = await probeMedia(ffmpeg().path, path, signal);
        if (!video) throw new Error('no video');
        expect(video.matrix).to.equal(tag);
        const options = { ffmpeg: ffmpeg().path, file: path, video, folder: file('pictures'), signal };
        writeFileSync(file('0.jpg'), await new FrameFiles({ ...options, onGrown: () => {} }).frame(0));

        const [picture] = (await decode(file('0.jpg'))).frames;
        for (const [index, colour] of COLOURS.entries()) {
          const at = (Math.floor(height / 2) * width + index * BAR + BAR / 2) * 3;
          for (const [channel, value] of colour.entries())
            expect(picture?.[at + channel], `${colour}`).to.be.within(value - 4, value + 4);
        }
      });
  });
});
