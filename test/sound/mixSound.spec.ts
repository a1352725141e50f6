import { existsSync, statSync } from 'node:fs';
import { expect } from 'chai';
import { parseFrameRate } from '../../src/frames/rate';
import type { HeardRun } from '../../src/sound/heardSound';
import type { Medium } from '../../src/sound/media';
import { MIX_FILTERS, mixInput } from '../../src/sound/mixFile';
import { mixSound } from '../../src/sound/mixSound';
import { withEveryFFmpeg } from '../support/everyFFmpeg';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { answer, encodeSegments, joinSegments } from '../support/segmentFiles';
import { click, soundOf, writeSound } from '../support/sound';

const SECOND = 48_000;

withEveryFFmpeg((ffmpeg) => {
  describe('a mix', () => {
    const path = useFolder();
    const fps = parseFrameRate('30000/1001');
    const SAMPLES = 49_650; // 31 frames of 1601.6
    const run = (media: string, more: Partial<HeardRun> = {}): { run: HeardRun; medium: Medium } => ({
      run: {
        ...{ id: media, media, start: 0, from: 0, rate: 1, loop: false },
        ...{ spans: [{ first: 0, last: 30, volumes: [0, 1] }], ...more },
      },
      medium: { media, lead: 0 },
    });
    const mix = (runs: { run: HeardRun; medium: Medium }[], signal = new AbortController().signal) =>
      mixSound({ ffmpeg: ffmpeg().path, signal }, runs, { range: { first: 0, count: 31 }, fps }, path('mix'));

    it('of nothing is no file', async () => {
      expect(await mix([])).to.equal(false);
      expect(existsSync(path('mix'))).to.equal(false);
    });

    it('is as long as the video, holds more than full scale, and takes no space where it is silent', async () => {
      const media = writeSound(path('click.wav'), click(100, 50, 0.9));
      const loud = { spans: [{ first: 0, last: 30, volumes: [0, 10] }] };
      expect(await mix([run(media, { ...loud, start: 0.5 }), run(media, { start: 0.5 })])).to.equal(true);
      expect(statSync(path('mix')).blocks * 512).to.be.lessThan(SAMPLES * 8);
      const args = [...mixInput(path('mix')), '-af', MIX_FILTERS, '-f', 'f32le', 'pipe:1'];
      const bytes = await answer(ffmpeg(), args);
      expect(bytes.length).to.equal(SAMPLES * 8);
      expect(bytes.readFloatLE((24_000 + 50) * 8)).to.be.closeTo(9.9, 0.001);
      expect(bytes.readFloatLE((24_000 + 49) * 8)).to.equal(0);
    });

    it('is heard in the video, to the sample, together with a track', async () => {
      const media = writeSound(path('click.wav'), click(100, 50, 0.25));
      await mix([run(media, { start: 0.5 })]);
      const film = {
        ...{ ffmpeg: ffmpeg(), folder: path(), output: 'film.mov', fps: '30000/1001' },
        settings: { codec: 'prores', preset: 'proxy' } as const,
      };
      const segments = await encodeSegments(film, [20, 11]);
      for (const audio of [[], [{ path: media, offset: 0.5 }]]) {
        const samples = await soundOf(
          ffmpeg(),
          await joinSegments(film, segments, { audio, mix: path('mix') }),
        );
        expect(samples).to.have.lengthOf(SAMPLES);
        const sounding = [...samples.keys()].filter((at) => samples[at] !== 0);
        expect(sounding).to.deep.equal([24_050]);
        expect(samples[24_050]).to.be.closeTo(0.25 * (1 + audio.length), 0.001);
      }
    });

    it('ends all that decodes for it when one cannot: AUDIO_INVALID', async () => {
      const media = writeSound(path('long.wav'), new Float32Array(2 * SECOND).fill(0.1));
      const { message } = await rejection(mix([run(media), run(path('gone.wav'))]), 'AUDIO_INVALID');
      expect(message).to.contain('gone.wav');
    });

    it('is cancelled', async () => {
      const media = writeSound(path('long.wav'), new Float32Array(2 * SECOND).fill(0.1));
      await rejection(mix([run(media)], AbortSignal.abort()), 'CANCELLED');
    });
  });
});
