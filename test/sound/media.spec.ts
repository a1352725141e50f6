import { createReadStream, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { countSamples, decodeSound, type Extract, type Medium, probeMedium } from '../../src/sound/media';
import { withEveryFFmpeg } from '../support/everyFFmpeg';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { answer } from '../support/segmentFiles';
import { click, loudest, writeSound } from '../support/sound';

const SECOND = 48_000;

/** A click at every half second, in a tone that keeps encoders busy. */
const CLICKS = Float32Array.from({ length: 100 * SECOND }, (_, at) =>
  at % SECOND === SECOND / 2 ? 0.9 : 0.02 * Math.sin(at / 20),
);

withEveryFFmpeg((ffmpeg) => {
  describe('a medium', () => {
    const path = useFolder();
    const tools = () => ({ ffmpeg: ffmpeg().path, signal: new AbortController().signal, stallLimit: 60 });

    async function left(medium: Medium | undefined, extract: Extract): Promise<Float32Array> {
      if (!medium) throw new Error('it has no sound');
      const all: number[] = [];
      await decodeSound(tools(), medium, extract, (samples, at) => {
        expect(at).to.equal(extract.from + all.length);
        for (let i = 0; i < samples.length; i += 2) all.push(samples[i] as number);
      });
      return Float32Array.from(all);
    }

    // A webm has times in milliseconds.
    const formats: [string, string[], number][] = [
      ['wav', [], 0],
      ['flac', [], 0],
      ['mp3', ['-q:a', '4'], 0],
      ['m4a', ['-c:a', 'aac'], 0],
      ['opus', ['-c:a', 'libopus'], 0],
      ['webm', ['-c:a', 'libopus'], 48],
    ];
    for (const [extension, encoding, slack] of formats) {
      it(`is heard at its time in ${extension}, at the beginning and behind a far seek`, async () => {
        const file = path(`sound.${extension}`);
        const sound = writeSound(path('clicks.wav'), CLICKS, { channels: 1 });
        await answer(ffmpeg(), ['-i', sound, ...encoding, file]);
        const medium = await probeMedium(tools(), file);
        for (const second of [0, 3, 96]) {
          const extract = { from: second * SECOND + 5_000, length: 30_000, rate: 1 };
          const samples = await left(medium, extract);
          expect(samples).to.have.lengthOf(30_000);
          expect(loudest(samples), `in second ${second}`).to.be.within(19_000 - slack, 19_000 + slack);
        }
      });
    }

    it('is brought to 48 kHz, and counted', async () => {
      const file = writeSound(path('low.wav'), click(22_050, 11_025), { rate: 22_050, channels: 1 });
      const medium = (await probeMedium(tools(), file)) as Medium;
      expect(await countSamples(tools(), medium)).to.equal(SECOND);
      expect(loudest(await left(medium, { from: 0, length: SECOND, rate: 1 }))).to.equal(24_000);
    });

    it('ends where it does', async () => {
      const medium = await probeMedium(tools(), writeSound(path('short.wav'), click(1000, 0)));
      expect(await left(medium, { from: 400, length: 5000, rate: 1 })).to.have.lengthOf(600);
      expect(await left(medium, { from: 4000, length: 5000, rate: 1 })).to.have.lengthOf(0);
    });

    it('is read from a server', async () => {
      const file = writeSound(path('served.wav'), click(1000, 10));
      const server = createServer((_, response) => createReadStream(file).pipe(response));
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a%20b.wav`;
        const samples = await left(await probeMedium(tools(), url), { from: 0, length: 1000, rate: 1 });
        expect(loudest(samples)).to.equal(10);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });

    it('without sound is none: a silent video, and a file without a sample', async () => {
      await answer(ffmpeg(), ['-f', 'lavfi', '-i', 'color=s=64x64:d=1', path('silent.mkv')]);
      expect(await probeMedium(tools(), path('silent.mkv'))).to.equal(undefined);
      expect(await probeMedium(tools(), writeSound(path('none.wav'), []))).to.equal(undefined);
    });

    for (const [what, make] of [
      ['missing', () => {}],
      ['text', (file: string) => writeFileSync(file, 'la la la')],
      ['cut short in its head', (file: string) => writeFileSync(file, 'RIFF')],
    ] as const) {
      it(`that is ${what} is refused: AUDIO_INVALID`, async () => {
        make(path('bad.mp4'));
        const { message } = await rejection(probeMedium(tools(), path('bad.mp4')), 'AUDIO_INVALID');
        expect(message).to.contain(path('bad.mp4'));
      });
    }

    it('is not blamed where FFmpeg was killed', async () => {
      const file = writeSound(path('sound.wav'), click(SECOND, 1));
      writeFileSync(path('ffmpeg'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
      const killed = { ...tools(), ffmpeg: path('ffmpeg') };
      const probing = await rejection(probeMedium(killed, file), 'ENCODE_FAILED');
      expect(probing).to.include({ signal: 'SIGKILL' });
      const extract = { from: 0, length: SECOND, rate: 1 };
      await rejection(
        decodeSound(killed, { media: file, lead: 0 }, extract, () => {}),
        'ENCODE_FAILED',
      );
    });
  });
});
