import { readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { expect } from 'chai';
import type { EncodeOptions } from '../../src/encode/encodeOptions';
import { parseFrameRate } from '../../src/frames/rate';
import { PresentationTimes, verifyVideo } from '../../src/segments/verifyVideo';
import { withEveryFFmpeg } from '../support/everyFFmpeg';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { answer, encodeWhole } from '../support/segmentFiles';

const COUNT = 40;

withEveryFFmpeg((ffmpeg) => {
  describe('verifyVideo', () => {
    const path = useFolder();

    function encode(name: string, fps: string, settings: EncodeOptions = {}): Promise<string> {
      const output = name.endsWith('.ts') ? 'film.mp4' : name;
      const film = { ffmpeg: ffmpeg(), folder: path(), output, fps };
      const all = { ...film, settings: { preset: 'ultrafast', ...settings } };
      return encodeWhole(all, { first: 0, count: COUNT }, name);
    }

    const check = (file: string, fps: string, count = COUNT, signal = new AbortController().signal) =>
      verifyVideo(ffmpeg().path, file, { count, fps: parseFrameRate(fps) }, signal);

    const refusal = async (...[file, fps, count]: Parameters<typeof check>) =>
      (await rejection(check(file, fps, count), 'VIDEO_INVALID')).message;

    /** Copies a file with its packets changed. */
    async function change(file: string, filter: string): Promise<string> {
      const changed = path(`changed${extname(file)}`);
      await answer(ffmpeg(), ['-i', file, '-c', 'copy', '-bsf:v', filter, changed]);
      return changed;
    }

    const cases: [string, string, EncodeOptions][] = [
      ['film.ts', '30', { preset: 'veryfast' }],
      ['film.ts', '24000/1001', {}],
      ['film.mp4', '60000/1001', { preset: 'veryfast' }],
      ['film.mkv', '24000/1001', { preset: 'veryfast' }],
      ['film.mov', '30000/1001', { codec: 'prores', preset: 'proxy' }],
      ['film.webm', '30', { preset: '8' }],
      ['film.mp4', '24', { codec: 'av1', preset: '12' }],
      ['film.mp4', '30', { codec: 'h265' }],
    ];
    for (const [name, fps, settings] of cases) {
      const { codec = 'h264', preset = 'ultrafast' } = settings;
      it(`lets ${codec} (${preset}) at ${fps} pass in ${name}`, async () => {
        await check(await encode(name, fps, settings), fps);
      });
    }

    it('sees that frames are missing at the end, or too many', async () => {
      const file = await encode('film.mp4', '30');
      expect(await refusal(file, '30', COUNT + 1)).to.contain('40 frames instead of 41');
      expect(await refusal(file, '30', COUNT - 1)).to.contain('40 frames instead of 39');
    });

    it('sees which frame is missing in the middle', async () => {
      const source = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:r=30', '-frames:v', '40'];
      const skip = ['-vf', 'select=not(eq(n\\,12))', '-fps_mode', 'passthrough'];
      const codec = ['-c:v', 'libx264', '-preset', 'ultrafast'];
      await answer(ffmpeg(), [...source, ...skip, ...codec, path('film.mp4')]);
      expect(await refusal(path('film.mp4'), '30', 40)).to.contain(
        'frame 12 is shown at 0.433333 s instead of 0.400000 s',
      );
    });

    it('sees that a frame comes twice', async () => {
      const file = await change(await encode('film.mkv', '25'), 'setts=ts=TS-gte(N\\,7)*40');
      expect(await refusal(file, '25')).to.contain('frame 7 is shown at 0.240000 s instead of 0.280000 s');
    });

    it('sees a tick, where a container can be exact', async () => {
      const file = await encode('film.mp4', '30');
      expect(await refusal(await change(file, 'setts=ts=TS+eq(N\\,7)'), '30')).to.contain('frame 7');
    });

    for (const name of ['film.ts', 'film.mp4', 'film.mkv']) {
      it(`sees that ${name} drifts`, async () => {
        expect(await refusal(await encode(name, '30000/1001'), '30')).to.contain('is shown at');
      });
    }

    const damages: [string, (bytes: Buffer) => Uint8Array][] = [
      ['is empty', () => Buffer.alloc(0)],
      ['is something else', () => Buffer.from('not a video at all')],
      ['was cut short', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ];
    for (const name of ['film.ts', 'film.mp4', 'film.mkv']) {
      for (const [what, damage] of damages) {
        it(`sees that ${name} ${what}`, async () => {
          const file = await encode(name, '30', { faststart: false });
          writeFileSync(file, damage(readFileSync(file)));
          expect(await refusal(file, '30')).to.contain(name);
        });
      }
    }

    it('sees that there is no file', async () => {
      expect(await refusal(path('film.mp4'), '30')).to.contain('No such file');
    });

    it('sees that it has only sound', async () => {
      await answer(ffmpeg(), ['-f', 'lavfi', '-i', 'sine=d=1', path('film.mkv')]);
      await refusal(path('film.mkv'), '30');
    });

    it('can be cancelled', async () => {
      await rejection(check(path('film.mp4'), '30', 1, AbortSignal.abort()), 'CANCELLED');
    });
  });
});

describe('PresentationTimes', () => {
  it('takes the packets of two hours, however they are ordered, and holds few', () => {
    const fps = parseFrameRate('30000/1001');
    const times = new PresentationTimes(fps);
    const count = 216_000;
    times.read('#tb 0: 1/30000');
    for (let group = 0; group < count; group += 4) {
      for (const index of [3, 1, 0, 2]) times.read(`0, 0, ${(group + index) * 1001}, 1001, 99, 0x0`);
    }
    expect((times as unknown as { ahead: number[] }).ahead.length).to.be.at.most(64);
    expect(times.end(count)).to.equal(undefined);
  });
});
