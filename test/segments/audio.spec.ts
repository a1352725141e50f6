import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Codec } from '../../src/encode/codecs';
import type { EncodeOptions } from '../../src/encode/encodeOptions';
import type { EncodePlan } from '../../src/encode/planEncoder';
import { parseFrameRate } from '../../src/frames/rate';
import { type AudioTrack, checkAudio, parseAudioTrack } from '../../src/segments/audio';
import { withEveryFFmpeg } from '../support/everyFFmpeg';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { answer, encodeSegments, type FilmInFiles, joinSegments, packetsOf } from '../support/segmentFiles';
import { click, heardOf, loudest, soundOf, writeSound } from '../support/sound';

const SECOND = 48_000; // samples

describe('parseAudioTrack', () => {
  const path = useFolder();
  const cases: [string, number, number][] = [
    ['', 0, 1],
    ['@2.5s', 2.5, 1],
    ['@2.5', 2.5, 1],
    ['@.5s', 0.5, 1],
    ['@0', 0, 1],
    [',volume=0.5', 0, 0.5],
    ['@2.5s,volume=2', 2.5, 2],
    ['@3,volume=.25', 3, 0.25],
  ];
  for (const name of ['music.mp3', 'me@home, take 2@5.wav', 'a,volume=3', '@1']) {
    for (const [settings, offset, volume] of cases) {
      it(`reads ${name}${settings}`, () => {
        const file = path(name);
        writeFileSync(file, '');
        expect(parseAudioTrack(file + settings)).to.deep.equal({ path: file, offset, volume });
      });
    }
  }

  it('leaves it to others to say that there is no such file', () => {
    expect(parseAudioTrack('no-file.mp3')).to.deep.equal({ path: 'no-file.mp3', offset: 0, volume: 1 });
    expect(parseAudioTrack('no-file.mp3@4,volume=0')).to.deep.equal({
      path: 'no-file.mp3',
      offset: 4,
      volume: 0,
    });
    expect(parseAudioTrack('you@home.mp3@4')).to.deep.include({ path: 'you@home.mp3', offset: 4 });
  });

  it('takes what has been read already', () => {
    expect(parseAudioTrack({ path: 'a@1.mp3' })).to.deep.equal({ path: 'a@1.mp3', offset: 0, volume: 1 });
    expect(parseAudioTrack({ path: 'a.mp3', offset: 1, volume: 0 })).to.deep.include({
      offset: 1,
      volume: 0,
    });
  });

  for (const settings of [
    '@early',
    '@-1',
    '@1m',
    ',volume=loud',
    ',loudness=2',
    ',volume=2@1',
    '@1,volume=1,x',
  ]) {
    it(`says what is wrong with ${settings}`, () => {
      writeFileSync(path('music.mp3'), '');
      expectThrows(() => parseAudioTrack(path('music.mp3') + settings), 'INVALID_OPTION', 'audio', settings);
    });
  }

  const tracks: [Partial<AudioTrack>, string][] = [
    [{ path: '' }, 'audio'],
    [{ path: 'a', offset: -1 }, 'offset'],
    [{ path: 'a', offset: Number.NaN }, 'offset'],
    [{ path: 'a', offset: Number.POSITIVE_INFINITY }, 'offset'],
    [{ path: 'a', volume: -1 }, 'volume'],
    [{ path: 'a', volume: Number.NaN }, 'volume'],
  ];
  for (const [track, word] of tracks) {
    it(`refuses ${JSON.stringify(track)}`, () => {
      expectThrows(() => parseAudioTrack(track as AudioTrack), 'INVALID_OPTION', word);
    });
  }
});

withEveryFFmpeg((ffmpeg) => {
  const path = useFolder();

  describe('checkAudio', () => {
    const check = (
      tracks: readonly AudioTrack[],
      codec: Codec = 'h264',
      change: Partial<EncodePlan> = {},
    ) => {
      const input = { fps: parseFrameRate('30') };
      const plan = { codec, extension: '.mp4', ffmpeg: ffmpeg(), input, encoderTimeout: 60, ...change };
      return checkAudio(plan as EncodePlan, tracks, 60, new AbortController().signal);
    };
    const sound = () => ({ path: writeSound(path('sound.wav'), click(SECOND, 0)) });

    it('takes sound, and silence', async () => {
      await check([sound(), { path: writeSound(path('silence.wav'), new Float32Array(10)), offset: 1.9 }]);
    });

    it('takes the sound of a video', async () => {
      const parts = ['-f', 'lavfi', '-i', 'color=s=64x64:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
      await answer(ffmpeg(), [...parts, path('video.mkv')]);
      await check([{ path: path('video.mkv') }]);
    });

    it('does not blame the file where FFmpeg was killed', async () => {
      const dies = `case "$*" in *framecrc*) kill -9 $$;; *) exec "${ffmpeg().path}" "$@";; esac`;
      writeFileSync(path('ffmpeg'), `#!/bin/sh\n${dies}\n`, { mode: 0o755 });
      const killed = { ffmpeg: { ...ffmpeg(), path: path('ffmpeg') } };
      const error = await rejection(check([sound()], 'h264', killed), 'ENCODE_FAILED');
      expect(error).to.include({ signal: 'SIGKILL' });
    });

    const bad: [string, (file: string) => void, string][] = [
      ['is missing', () => {}, 'there is no file'],
      ['is a folder', (file) => mkdirSync(file), 'there is no file'],
      ['is text', (file) => writeFileSync(file, 'la la la'), 'no audio stream that FFmpeg can decode'],
      ['is empty', (file) => writeFileSync(file, ''), 'no audio stream that FFmpeg can decode'],
      ['has no samples', (file) => writeSound(file, []), 'no audio stream that FFmpeg can decode'],
    ];
    for (const [name, make, words] of bad) {
      it(`refuses a file that ${name}: AUDIO_INVALID`, async () => {
        const file = path('bad.wav');
        make(file);
        const { message } = await rejection(check([sound(), { path: file }]), 'AUDIO_INVALID');
        expect(message).to.contain(file).and.contain(words);
      });
    }

    it('refuses a video without sound: AUDIO_INVALID', async () => {
      await answer(ffmpeg(), ['-f', 'lavfi', '-i', 'color=s=64x64:d=1', path('mute.mkv')]);
      await rejection(check([{ path: path('mute.mkv') }]), 'AUDIO_INVALID');
    });

    it('refuses to begin at the end of the video, or after it', async () => {
      const { message } = await rejection(check([{ ...sound(), offset: 2 }]), 'INVALID_OPTION');
      expect(message).to.contain('offset').and.contain('2 s');
    });

    for (const codec of ['gif', 'png'] as const) {
      it(`refuses a ${codec}`, async () => {
        expect((await rejection(check([sound()], codec), 'INVALID_OPTION')).message).to.contain(codec);
      });
    }

    it('asks for the encoder', async () => {
      const program = path('ffmpeg-without-opus');
      const lists = `echo 'ffmpeg version 7' >&2; echo ' A..... aac  AAC'`;
      writeFileSync(program, `#!/bin/sh\n${lists}\n`, { mode: 0o755 });
      const withoutOpus = { path: program, version: '7' };
      const check9 = check([sound()], 'vp9', { extension: '.webm', ffmpeg: withoutOpus });
      expect((await rejection(check9, 'ENCODER_MISSING')).message).to.contain('libopus');
    });
  });

  describe('sound in a video', () => {
    async function join(
      output: string,
      audio: readonly AudioTrack[],
      settings: EncodeOptions = {},
      counts = [20, 11],
    ): Promise<string> {
      const film: FilmInFiles = {
        ffmpeg: ffmpeg(),
        folder: path(),
        output,
        fps: '30000/1001',
        settings: { preset: 'ultrafast', ...settings },
      };
      return joinSegments(film, await encodeSegments(film, counts), { audio });
    }
    const prores = (audio: readonly AudioTrack[]) =>
      join('film.mov', audio, { codec: 'prores', preset: 'proxy' });
    const SAMPLES = 49_650; // 31 frames of 1601.6

    it('has exactly its length, and begins at its sample: PCM', async () => {
      const file = writeSound(path('click.wav'), click(2000, 1000));
      const samples = await soundOf(ffmpeg(), await prores([{ path: file, offset: 0.25 }]));
      expect(samples.length).to.equal(SAMPLES);
      expect(loudest(samples)).to.equal(13_000);
      expect(samples.filter((sample) => sample !== 0).length).to.equal(1);
    });

    it('is cut where it is longer', async () => {
      const file = writeSound(path('long.wav'), new Float32Array(3 * SECOND).fill(0.5));
      const samples = await soundOf(ffmpeg(), await prores([{ path: file }]));
      expect(samples.length).to.equal(SAMPLES);
      expect(samples.at(-1)).to.be.closeTo(0.5, 0.001);
    });

    it('is mixed as loud as asked, from mono as from stereo', async () => {
      const mono = writeSound(path('mono.wav'), click(SECOND, 100, 0.4), { channels: 1 });
      const stereo = writeSound(path('stereo.wav'), click(SECOND, 100, 0.4));
      const tracks = [
        { path: mono },
        { path: stereo, volume: 0.5 },
        { path: stereo, volume: 0.25, offset: 0.5 },
        { path: mono, volume: 0 },
      ];
      const samples = await soundOf(ffmpeg(), await prores(tracks));
      expect(samples.length).to.equal(SAMPLES);
      expect(samples[100]).to.be.closeTo(0.6, 0.001);
      expect(samples[24_100]).to.be.closeTo(0.1, 0.001);
    });

    it('is resampled', async () => {
      const file = writeSound(path('rate.wav'), click(44_100, 22_050), { rate: 44_100 });
      const samples = await soundOf(ffmpeg(), await prores([{ path: file }]));
      expect(samples.length).to.equal(SAMPLES);
      expect(loudest(samples)).to.equal(24_000);
    });

    it('begins in the file where it does in the track', async () => {
      const late = ['-itsoffset', '0.5', '-i', writeSound(path('click.wav'), click(SECOND, 100))];
      const parts = ['-f', 'lavfi', '-i', 'color=s=64x64:d=2', ...late, '-c:a', 'pcm_s16le'];
      await answer(ffmpeg(), [...parts, path('late.mkv')]);
      const samples = await soundOf(ffmpeg(), await prores([{ path: path('late.mkv'), offset: 0.25 }]));
      expect(loudest(samples)).to.equal(36_100);
    });

    it('brings no chapters along', async () => {
      const chapter = '[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n';
      writeFileSync(path('chapters.txt'), `;FFMETADATA1\n${chapter}`);
      const file = writeSound(path('click.wav'), click(SECOND, 100));
      await answer(ffmpeg(), ['-i', file, '-i', path('chapters.txt'), path('book.mka')]);
      const joined = await join('film.mp4', [{ path: path('book.mka') }]);
      const said = await answer(ffmpeg(), ['-i', joined, '-f', 'ffmetadata', 'pipe:1']);
      expect(said.toString()).not.to.contain('CHAPTER');
    });

    const containers: [string, EncodeOptions][] = [
      ['film.mp4', {}],
      ['film.mov', {}],
      ['film.mkv', { preset: 'veryfast' }],
      ['film.webm', { preset: '8' }],
    ];
    for (const [output, settings] of containers) {
      it(`is heard at its time in ${output}, of which the frames begin at 0`, async () => {
        const file = writeSound(path('click.wav'), click(SECOND, 24_000));
        const joined = await join(output, [{ path: file }], settings);
        expect((await packetsOf(joined)).shown[0]).to.equal(0);
        // Times of an mkv or webm are in milliseconds, and what is heard of a click is as long.
        expect(loudest(await heardOf(ffmpeg(), joined))).to.be.closeTo(24_000, 60);
      });
    }

    it('has exactly its length: Opus', async () => {
      const file = writeSound(path('click.wav'), click(SECOND, 24_000));
      const joined = await join('film.webm', [{ path: file }], { preset: '8' });
      expect((await soundOf(ffmpeg(), joined)).length).to.equal(SAMPLES);
    });

    it('is AAC in an mp4 that says to the sample where it ends', async () => {
      const file = writeSound(path('click.wav'), click(SECOND, 24_000));
      const joined = await join('film.mp4', [{ path: file }], {}, [20, 10]); // 30 frames: 48048 samples.
      expect(editsOf(readFileSync(joined))).to.deep.equal([48_048, 48_048]);
      const decoded = (await soundOf(ffmpeg(), joined)).length;
      expect(decoded).to.be.within(48_048, 48_048 + 1023); // FFmpeg does not stop in the middle of a frame.
    });
  });
});

/** How long the tracks of an mp4 last, by their edit lists, in its own ticks. */
function editsOf(mp4: Buffer): number[] {
  const edits: number[] = [];
  for (let at = mp4.indexOf('elst'); at >= 0; at = mp4.indexOf('elst', at + 4)) {
    edits.push(mp4.readUInt32BE(at + 12));
  }
  return edits;
}
