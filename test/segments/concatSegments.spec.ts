import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EncodeOptions } from '../../src/encode/encodeOptions';
import type { FFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { parseFrameRate } from '../../src/frames/rate';
import { verifyVideo } from '../../src/segments/verifyVideo';
import { withEveryFFmpeg } from '../support/everyFFmpeg';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import {
  encodeSegments,
  encodeWhole,
  type FilmInFiles,
  framesOf,
  joinSegments,
  type Packets,
  packetsOf,
} from '../support/segmentFiles';
import { decode, meanColour, probe } from '../support/video';

/** A rate that ticks of 1/90000 cannot say exactly shows in many segments only. */
const TWELVE = Array.from({ length: 12 }, () => 34);

withEveryFFmpeg((ffmpeg: () => FFmpeg) => {
  describe('joining segments', () => {
    const path = useFolder();

    function film(output: string, fps: string, settings: EncodeOptions = {}): FilmInFiles {
      return {
        ffmpeg: ffmpeg(),
        folder: path(),
        output,
        fps,
        settings: { preset: 'ultrafast', ...settings },
      };
    }

    async function decodedSeparately(files: readonly { file: string }[]): Promise<string[]> {
      const all: string[] = [];
      for (const { file } of files) all.push(...(await framesOf(path(file))));
      return all;
    }

    const reordering = { preset: 'veryfast' };
    const cases: [string, string, EncodeOptions, number[]][] = [
      ['film.mp4', '30', reordering, [34, 34, 34]],
      ['film.mp4', '30000/1001', reordering, [34, 34, 34, 34]],
      ['film.mp4', '24000/1001', reordering, TWELVE],
      ['film.mkv', '24000/1001', reordering, [34, 34, 34, 34]],
      ['film.mov', '60000/1001', {}, [33, 33, 33, 33]],
      ['film.mp4', '120000/1001', {}, [33, 7, 33, 5]],
      ['film.mp4', '30000/1001', { codec: 'h265' }, [34, 34, 12]],
      ['film.mkv', '25', { codec: 'h265' }, [34, 34, 7]],
      ['film.webm', '30000/1001', { preset: '8' }, [12, 12, 7]],
      ['film.mp4', '24000/1001', { codec: 'av1', preset: '12' }, [12, 12, 7]],
      ['film.mov', '24000/1001', { codec: 'prores', preset: 'proxy' }, [12, 12, 7]],
    ];
    for (const [output, fps, settings, counts] of cases) {
      const { codec = 'h264', preset = 'ultrafast' } = settings;
      it(`${codec} (${preset}) in ${output} at ${fps}: the joined video is like one written in one go`, async () => {
        const it = film(output, fps, settings);
        const count = counts.reduce((sum, frames) => sum + frames, 0);
        const segments = await encodeSegments(it, counts);
        const joined = await joinSegments(it, segments);
        const whole = await encodeWhole(it, { first: 0, count });

        const packets = await packetsOf(joined);
        expect(secondsOf(packets)).to.deep.equal(secondsOf(await packetsOf(whole)));
        if (!output.endsWith('mkv') && !output.endsWith('webm')) expectExact(packets, fps, count);
        expect(await framesOf(joined)).to.deep.equal(await decodedSeparately(segments));
        expect(await about(joined)).to.deep.equal(await about(whole));
      });
    }

    describe('segments that are shorter than the encoder looks ahead', () => {
      for (const counts of [[34, 12], [34, 1], [34, 1, 34, 2, 34], [34, 34, 2], [2, 2, 2], [1, 1, 1], [1]]) {
        it(`${counts.join(' + ')}: each frame lasts as long as every other`, async () => {
          const it = film('film.mp4', '30', reordering);
          const count = counts.reduce((sum, frames) => sum + frames, 0);
          const segments = await encodeSegments(it, counts);
          const joined = await joinSegments(it, segments);
          const packets = await packetsOf(joined);
          expectExact(packets, '30', count);
          const steps = packets.decoded.slice(1).map((time, at) => time - (packets.decoded[at] ?? 0));
          expect(new Set(steps).size).to.be.at.most(1);
          expect((await probe(joined)).fps).to.equal(30);
          expect(await framesOf(joined)).to.deep.equal(await decodedSeparately(segments));
        });
      }
    });

    it('puts the index first, or last without faststart', async () => {
      const it = film('film.mp4', '30');
      const segments = await encodeSegments(it, [3, 3]);
      const isFirst = (file: string) => {
        const bytes = readFileSync(file);
        return bytes.indexOf('moov') < bytes.indexOf('mdat');
      };
      expect(isFirst(await joinSegments(it, segments))).to.equal(true);
      expect(isFirst(await joinSegments(it, segments, { faststart: false }))).to.equal(false);
    });

    it('works in a folder of any name', async () => {
      const folder = path("it's a 100% #1? [folder]: 中文");
      mkdirSync(folder);
      const it = { ...film('film.mp4', '30'), folder };
      const joined = await joinSegments(it, await encodeSegments(it, [3, 3]));
      expectExact(await packetsOf(joined), '30', 6);
    });

    it('keeps the alpha channel of a codec that has one segment', async () => {
      const it = { ...film('film.webm', '30', { preset: '8' }), alpha: true };
      const whole = await encodeWhole(it, { first: 0, count: 3 });
      const joined = await joinSegments(it, [{ file: 'film.webm', count: 3 }]);
      const input = ['-c:v', 'libvpx-vp9'];
      const alphas = async (file: string) =>
        (await decode(file, { pixels: 'rgba', input })).frames.map((frame) => meanColour(frame, 4)[3]);
      expect((await probe(joined, input)).pixelFormat).to.equal('yuva420p');
      expect(await alphas(joined)).to.deep.equal(await alphas(whole));
    });

    it('fails where the first segment is missing, and names it', async () => {
      const it = film('film.mp4', '30');
      const segments = await encodeSegments(it, [12, 12]);
      rmSync(join(it.folder, 'segment-0.ts'));
      const error = await rejection(joinSegments(it, segments), 'ENCODE_FAILED');
      expect(error.message).to.contain('segment-0.ts').and.contain('join the segments to joined.mp4');
    });

    it('leaves it to the check of the video to see that FFmpeg has skipped what is missing', async () => {
      const it = film('film.mp4', '30');
      const segments = await encodeSegments(it, [12, 12]);
      rmSync(join(it.folder, 'segment-1.ts'));
      const joined = await joinSegments(it, segments);
      const expected = { count: 24, fps: parseFrameRate('30') };
      const checked = verifyVideo(ffmpeg().path, joined, expected, new AbortController().signal);
      expect((await rejection(checked, 'VIDEO_INVALID')).message).to.contain('12 frames instead of 24');
    });

    it('can be cancelled', async () => {
      const it = film('film.mp4', '30');
      const segments = await encodeSegments(it, [3]);
      await rejection(joinSegments(it, segments, {}, AbortSignal.abort()), 'CANCELLED');
    });

    /** What a player is told of a video before it decodes it. */
    async function about(file: string) {
      const { seconds, colour, ...stream } = await probe(file);
      // Its last frame's end is rounded in an mkv; and that H.265 is progressive, MPEG-TS does not say.
      return { ...stream, seconds: Math.round(seconds * 50), colour: colour.replace(', progressive', '') };
    }
  });
});

function secondsOf({ tick, shown }: Packets): number[] {
  const [numerator = 0, denominator = 1] = tick.split('/').map(Number);
  return shown.map((ticks) => (ticks * numerator) / denominator);
}

/** Frame *k* is shown at exactly *k* ÷ rate. */
function expectExact({ tick, shown }: Packets, rate: string, count: number): void {
  const fps = parseFrameRate(rate);
  const [numerator = 0, denominator = 1] = tick.split('/').map(Number);
  const frame = (denominator * fps.denominator) / (numerator * fps.numerator);
  expect(shown).to.deep.equal(Array.from({ length: count }, (_, index) => index * frame));
}
