import { rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { InlineFrame, InlineOptions } from '../../src/capture/inline';
import { FilmgateError } from '../../src/errors';
import { type FFmpeg, findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import type { SoundRun } from '../../src/frames/sound';
import { answer } from '../support/segmentFiles';
import {
  type Asked,
  film,
  ofType,
  type Run,
  requested,
  useSegmentWorkspace,
} from '../support/segmentWorkspace';
import { later } from '../support/settle';
import { click, soundOf, writeSound } from '../support/sound';
import { runOf, withSound } from '../support/soundingFilm';

const SECOND = 48_000;

describe('the sound that frames tell of', () => {
  const workspace = useSegmentWorkspace();
  const { path } = workspace;
  let ffmpeg: FFmpeg;
  before(async () => {
    ffmpeg = await findFFmpeg();
  });

  /** Uncompressed sound: what is heard can be told to the sample. */
  const exact: Asked = { codec: 'prores', preset: 'proxy', crf: undefined, pixelFormat: undefined };
  const output = () => path('out/film.mov');

  /** Renders forty frames at 10 a second, in two segments, and returns the left channel. */
  async function heard(
    soundAt: (index: number) => readonly SoundRun[],
    more: Asked = {},
    frames = 40,
  ): Promise<Float32Array> {
    const source = withSound(film(frames, { fps: 10 }), soundAt);
    const { error } = await workspace.run({ ...exact, segment: '20f', source, output: output(), ...more });
    if (error) throw error;
    return soundOf(ffmpeg, output());
  }

  /** Samples that are not silent. */
  const sounding = (samples: Float32Array) =>
    [...samples.keys()].filter((at) => Math.abs(samples[at] as number) > 0.001);
  const effect = (at = 0) => writeSound(path('click.wav'), click(SECOND / 10, at));
  const steady = (seconds: number) =>
    writeSound(path('steady.wav'), new Float32Array(seconds * SECOND).fill(0.25));
  /** 0, 1, 2 … of so many: each sample tells where it is. */
  const ramp = (length: number) =>
    writeSound(
      path('ramp.wav'),
      Float32Array.from({ length }, (_, at) => (at + 1) / length / 2),
    );

  it('begins at its sample, between two frames, and the video is as long as its frames', async () => {
    const media = effect(10);
    const samples = await heard((index) => (index >= 13 ? [runOf(media, { start: 1.234_5 })] : []));
    expect(samples).to.have.lengthOf(4 * SECOND);
    expect(sounding(samples)).to.deep.equal([59_256 + 10]);
    expect(samples[59_266]).to.be.closeTo(0.5, 0.001);
  });

  it('goes on from segment to segment without a break', async () => {
    const run = runOf(steady(5));
    const samples = await heard(() => [run], { segment: '10f', lanes: 2, workers: 3 });
    expect(samples).to.have.lengthOf(4 * SECOND);
    expect(samples.every((value) => Math.abs(value - 0.25) < 0.0002)).to.equal(true);
  });

  it('stops at its end to the sample, or else at the first frame that does not tell of it', async () => {
    const media = steady(5);
    const known = await heard((index) => (index <= 12 ? [runOf(media, { end: 1.234_5 })] : []));
    expect(sounding(known)).to.have.lengthOf(59_256);
    const unknown = await heard((index) => (index <= 12 ? [runOf(media)] : []), { overwrite: true });
    expect(sounding(unknown)).to.have.lengthOf(1.3 * SECOND);
  });

  it('is silent while frames do not tell of it, and goes on as if it had been heard', async () => {
    const media = ramp(4 * SECOND);
    const samples = await heard((index) => (index < 5 || index >= 25 ? [runOf(media)] : []));
    expect(sounding(samples.subarray(0.5 * SECOND, 2.5 * SECOND))).to.deep.equal([]);
    expect(samples[3 * SECOND]).to.be.closeTo(0.375, 0.0005);
  });

  it('begins where in its file it is told to, also far from the start', async () => {
    const media = writeSound(path('long.wav'), click(70 * SECOND, 65.5 * SECOND + 7));
    const samples = await heard(() => [runOf(media, { start: 1, from: 65.25 })]);
    expect(sounding(samples)).to.deep.equal([1.25 * SECOND + 7]);
  });

  it('begins again where it ends, from the start of its file', async () => {
    const media = writeSound(path('loop.wav'), click(9_601, 4_800));
    const samples = await heard(() => [runOf(media, { start: 0.5, from: 0.05, loop: true })]);
    const first = 24_000 + 4_800 - 2_400;
    const times = Array.from({ length: 18 }, (_, pass) => first + pass * 9_601);
    expect(sounding(samples)).to.deep.equal(times.filter((at) => at < 4 * SECOND));
  });

  it('begins again at another place than the start, if it is told so', async () => {
    const media = ramp(2 * SECOND);
    const samples = await heard(() => [
      runOf(media, { start: 0, from: 1.5, loop: true, loopFrom: 1, duration: 2 }),
    ]);
    const at = (seconds: number) => (seconds < 0.5 ? 1.5 + seconds : 1 + ((seconds - 0.5) % 1));
    for (const seconds of [0.1, 0.4, 0.6, 1.2, 1.6, 3.9])
      expect(samples[seconds * SECOND], `at ${seconds} s`).to.be.closeTo(at(seconds) / 4, 0.001);
  });

  it('begins again where its medium ends, if that is longer than its sound', async () => {
    const media = effect(100);
    const samples = await heard(() => [runOf(media, { loop: true, duration: 1.5 })]);
    expect(sounding(samples)).to.deep.equal([100, 72_100, 144_100]);
  });

  for (const rate of [0.1, 0.5, 1.5, 4]) {
    it(`plays ${rate} times as fast, and does not change the pitch`, async () => {
      const tone = Float32Array.from({ length: 2 * SECOND }, (_, at) => Math.sin(at * 0.1) / 2);
      const run = runOf(writeSound(path('tone.wav'), tone), { rate });
      const samples = await heard(() => [run]);
      const length = Math.min(4 * SECOND, (2 * SECOND) / rate);
      expect(sounding(samples).at(-1)).to.be.closeTo(length, 0.02 * SECOND);
      const [begin, end] = [length * 0.25, length * 0.75].map(Math.round) as [number, number];
      const part = samples.subarray(begin, end);
      const crossings = part.filter((value, at) => at > 0 && value * (part[at - 1] as number) < 0).length;
      expect(crossings / part.length).to.be.closeTo(0.1 / Math.PI, 0.001);
    });
  }

  it('follows a volume that changes, in a straight line from frame to frame, above 1 as well', async () => {
    const media = steady(5);
    const volumeAt = (index: number) => (index < 10 ? 1 : index < 20 ? (index - 10) * 0.2 : 2);
    const samples = await heard((index) => [runOf(media, { volume: volumeAt(index) })]);
    for (let at = 0; at < samples.length; at += 1) {
      const frame = at / 4_800;
      const [before, after] = [Math.floor(frame), Math.min(39, Math.floor(frame) + 1)].map(volumeAt) as [
        number,
        number,
      ];
      const wanted = 0.25 * (before + (after - before) * (frame % 1));
      if (Math.abs((samples[at] as number) - wanted) > 0.0003)
        expect(samples[at], `sample ${at}`).to.equal(wanted);
    }
  });

  it('is added to what is heard already', async () => {
    const [one, other] = [steady(1), effect(100)];
    const track = writeSound(path('track.wav'), click(200, 100, 0.125));
    const runs = [
      runOf(one, { start: 2 }),
      runOf(one, { id: 'again', start: 2, volume: 0.5 }),
      runOf(other, { start: 2 }),
    ];
    const samples = await heard(() => runs, { audio: [{ path: track, offset: 2 }] });
    expect(samples[2 * SECOND]).to.be.closeTo(0.375, 0.001);
    expect(samples[2 * SECOND + 100]).to.be.closeTo(1, 0.001);
  });

  it('is heard at its time when a part of the film is rendered', async () => {
    const media = ramp(4 * SECOND);
    const samples = await heard(() => [runOf(media, { start: 0.25 })], { frames: '15-24' });
    expect(samples).to.have.lengthOf(SECOND);
    expect(samples[0]).to.be.closeTo(1.25 / 8, 0.0005);
    expect(samples[SECOND - 1]).to.be.closeTo(2.25 / 8, 0.0005);
  });

  it('is not lost with a frame that fails and is tried again', async () => {
    const media = steady(5);
    const failed = new Set<number>();
    const capture = ({ index }: InlineFrame) => {
      if (index % 7 === 0 && !failed.has(index)) {
        failed.add(index);
        throw new Error('the lamp broke');
      }
      return Buffer.alloc(64 * 36 * 4);
    };
    const source = withSound(film(40, { fps: 10, capture }), () => [runOf(media)]);
    const samples = await heard(() => [], { source });
    expect(failed.size).to.equal(6);
    expect(samples.every((value) => Math.abs(value - 0.25) < 0.0002)).to.equal(true);
  });

  it('is heard from two hundred runs', async () => {
    const media = effect();
    const runs = Array.from({ length: 200 }, (_, at) => runOf(media, { id: `${at}`, start: at / 100 }));
    const samples = await heard((index) => runs.filter(({ start }) => Math.ceil(start * 10) === index));
    expect(sounding(samples)).to.deep.equal(runs.map(({ start }) => Math.round(start * SECOND)));
  });

  for (const [name, runs] of [
    ['no frame tells of any', () => []],
    ['its volume is 0', (media: string) => [runOf(media, { volume: 0 })]],
  ] as const) {
    it(`leaves no track where ${name}`, async () => {
      const media = steady(1);
      const source = withSound(film(40), () => runs(media));
      const { error } = await workspace.run({ source });
      expect(error).to.equal(undefined);
      await workspace.expectWhole();
      expect(await hasSound(workspace.output())).to.equal(false);
    });
  }

  it('is left out where nobody wants it', async () => {
    const run = runOf(steady(1));
    const { error } = await workspace.run({ source: withSound(film(40), () => [run]), pageAudio: false });
    expect(error).to.equal(undefined);
    expect(await hasSound(workspace.output())).to.equal(false);
  });

  it('is that of a silent video: none', async () => {
    const media = path('silent.mkv');
    await answer(ffmpeg, ['-f', 'lavfi', '-i', 'color=s=64x64:d=1', media]);
    const { error } = await workspace.run({ source: withSound(film(40), () => [runOf(media)]) });
    expect(error).to.equal(undefined);
    expect(await hasSound(workspace.output())).to.equal(false);
  });

  for (const format of ['gif', 'png'] as const) {
    it(`is warned of where a ${format} cannot have it, and only where there is any`, async () => {
      const to = format === 'gif' ? path('out/film.gif') : path('out/%05d.png');
      const usual = {
        output: to,
        overwrite: true,
        segment: undefined,
        crf: undefined,
        pixelFormat: undefined,
        preset: undefined,
      };
      const warnings = async (soundAt: (index: number) => readonly SoundRun[]) => {
        const { error, events } = await workspace.run({ ...usual, source: withSound(film(3), soundAt) });
        expect(error).to.equal(undefined);
        return ofType(events, 'warning').map(({ message }) => message);
      };
      expect(await warnings(() => [])).to.deep.equal([]);
      const run = runOf(steady(1));
      const said = await warnings(() => [run]);
      expect(said).to.have.lengthOf(1);
      expect(said[0]).to.contain(`${format} has no sound`);
    });
  }

  const codeOf = ({ error }: Run) => (FilmgateError.is(error) ? error.code : error);

  for (const [name, make, words] of [
    ['is missing', () => {}, 'there is no file'],
    ['is text', (file: string) => writeFileSync(file, 'la la la'), 'cannot be decoded'],
    ['is empty', (file: string) => writeFileSync(file, ''), 'cannot be decoded'],
  ] as const) {
    it(`fails early where its file ${name}: AUDIO_INVALID`, async () => {
      make(path('bad.wav'));
      const source = withSound(film(4000), () => [runOf(path('bad.wav'))]);
      const ended = await workspace.run({ source });
      expect(codeOf(ended)).to.equal('AUDIO_INVALID');
      expect((ended.error as Error).message)
        .to.contain('bad.wav')
        .and.contain(words);
      expect(requested(ended).length).to.be.lessThan(4000);
    });
  }

  for (const bad of [
    { start: Number.NaN },
    { rate: 0 },
    { rate: 6 },
    { volume: -1 },
    { volume: Number.POSITIVE_INFINITY },
  ]) {
    it(`refuses ${JSON.stringify(bad)}: AUDIO_INVALID`, async () => {
      const run = runOf(steady(1), bad);
      const ended = await workspace.run({ source: withSound(film(40), () => [run]) });
      expect(codeOf(ended)).to.equal('AUDIO_INVALID');
    });
  }

  describe('of a render that was interrupted', () => {
    const soundAt = (media: string) => () => [runOf(media)];

    it('is whole when that is resumed', async () => {
      const media = ramp(4 * SECOND);
      const frames = (more: Partial<InlineOptions> = {}) =>
        withSound(film(40, { fps: 10, ...more }), soundAt(media));
      const verified = later<void>();
      const broken = frames({
        async capture({ index }: InlineFrame) {
          if (index < 20) return Buffer.alloc(64 * 36 * 4);
          await verified.promise;
          throw new Error('the lamp broke');
        },
      });
      const options = { ...exact, output: output(), maxTries: 1 };
      let count = 0;
      const ended = await workspace.run({ ...options, source: broken }, ({ type }) => {
        if (type === 'segmentVerified') count += 1;
        if (count === 2) verified.resolve();
      });
      expect(codeOf(ended)).to.equal('CAPTURE_FAILED');
      const resumed = await workspace.run({ ...options, source: frames(), resume: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)[0]).to.equal(20);
      const samples = await soundOf(ffmpeg, output());
      const wrong = samples.findIndex((value, at) => Math.abs(value - (at + 1) / (8 * SECOND)) > 0.0002);
      expect(wrong).to.equal(-1);
    });

    it('keeps its segments where a file has gone meanwhile, and goes on when it is back', async () => {
      const media = steady(5);
      const source = withSound(film(40), soundAt(media));
      const ended = await workspace.run({ source }, ({ type }) => {
        if (type === 'assembling') rmSync(media);
      });
      expect(codeOf(ended)).to.equal('AUDIO_INVALID');
      expect(workspace.kept()).to.include.members(['manifest.json', 'segment 1', 'segment 4']);
      expect(codeOf(await workspace.run({ source, resume: true }))).to.equal('AUDIO_INVALID');
      steady(5);
      const resumed = await workspace.run({ source, resume: true });
      expect(requested(resumed)).to.deep.equal([]);
      await workspace.expectWhole();
      expect(await hasSound(workspace.output())).to.equal(true);
    });

    it('is not left out by the one that resumes it: RESUME_CHANGED', async () => {
      const media = steady(5);
      const source = withSound(film(40), soundAt(media));
      await workspace.run({ source }, ({ type }, cancel) => type === 'assembling' && cancel());
      const ended = await workspace.run({ source, resume: true, pageAudio: false });
      expect(codeOf(ended)).to.equal('RESUME_CHANGED');
      expect((ended.error as Error).message).to.contain('page audio');
    });
  });

  async function hasSound(file: string): Promise<boolean> {
    return soundOf(ffmpeg, file).then(
      () => true,
      () => false,
    );
  }

  for (const [file, slack] of [
    ['film.mov', 0],
    ['film.mp4', 48],
  ] as const) {
    it(`clicks at its times over ten minutes, in ${file} within a millisecond`, async () => {
      const media = path('long.flac');
      const second = writeSound(path('second.wav'), click(SECOND, SECOND / 2));
      await answer(ffmpeg, ['-stream_loop', '619', '-i', second, '-c:a', 'flac', media]);
      const source = withSound(film(620, { fps: 1 }), () => [runOf(media, { start: 0.25 })]);
      const codec = file === 'film.mov' ? exact : { ...exact, codec: undefined, preset: undefined };
      const { error } = await workspace.run({
        ...codec,
        source,
        output: path(`out/${file}`),
        segment: '100f',
      });
      expect(error).to.equal(undefined);
      const fromStart = ['-af', `aresample=${SECOND}:async=1:first_pts=0`, '-ac', '1'];
      const input = ['-copyts', '-i', path(`out/${file}`), '-map', '0:a:0'];
      const bytes = await answer(ffmpeg, [...input, ...fromStart, '-f', 's16le', 'pipe:1']);
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
      for (let second = 0; second < 619; second += 1) {
        let at = second * SECOND;
        for (let i = at; i < (second + 1) * SECOND; i += 1) {
          if (Math.abs(samples[i] as number) > Math.abs(samples[at] as number)) at = i;
        }
        expect(at % SECOND, `in second ${second}`).to.be.within(36_000 - slack, 36_000 + slack);
      }
    });
  }
});
