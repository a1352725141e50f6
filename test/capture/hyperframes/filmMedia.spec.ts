import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { findFFmpeg } from '../../../src/ffmpeg/findFFmpeg';
import { useFilmProjects } from '../../support/filmProjects';
import { H264, makeNumbered } from '../../support/numberedVideo';
import { useOwnCache } from '../../support/ownCache';
import { click, heardOf, writeSound } from '../../support/sound';
import { decode, frameMd5, readIndex, SMALL } from '../../support/video';

const SECOND = 48_000;

describe('media of HyperFrames projects', () => {
  const projects = useFilmProjects();
  useOwnCache();

  const page = (body: string, more = '') => `<!doctype html><html>
    <head><style>body { margin: 0; background: #102030 } video { width: 64px; height: 48px }</style></head>
    <body><div data-composition-id="main" data-no-timeline data-start="0" data-duration="1" data-width="320" data-height="48">
    ${body}</div>${more}</body></html>`;

  describe('videos', () => {
    const CLIPS = [
      { attributes: 'data-start="0" data-duration="1"', position: (time: number) => time },
      {
        attributes: 'data-start="0.2" data-duration="0.6" data-media-start="0.33"',
        position: (time: number) => (time >= 0.2 && time < 0.8 ? 0.33 + time - 0.2 : undefined),
      },
      {
        attributes: 'data-start="0.1" data-playback-rate="2.5" data-duration="0.9"',
        position: (time: number) => (time >= 0.1 ? (time - 0.1) * 2.5 : undefined),
      },
      {
        attributes: 'data-start="0" data-duration="1" data-media-start="1.6" loop',
        position: (time: number) => 1.6 + ((time + 1e-9) % 0.4),
      },
      {
        attributes: 'data-start="0" data-duration="1" data-media-start="1.5"',
        position: (time: number) => Math.min(1.99, 1.5 + time),
      },
    ];
    let project: string;
    let times: readonly number[];
    let byOne: Awaited<ReturnType<typeof projects.render>>;

    before(async () => {
      const clip = ({ attributes }: { attributes: string }, at: number) =>
        `<video src="counted.mp4" style="left: ${at * 64}px" muted playsinline data-track-index="${at}" ${attributes}></video>`;
      project = projects.write({ 'index.html': page(CLIPS.map(clip).join('\n')) });
      const file = join(project, 'counted.mp4');
      ({ times } = await makeNumbered(file, { rate: '25', frames: 50, encode: H264 }));
      byOne = await projects.render(project, {}, { workers: 1 });
    });

    /** The numbers that the clips show, frame by frame; undefined where there is only the ground. */
    async function shown(output: string) {
      const { frames, width } = await decode(output, { pixels: 'gray' });
      const cell = (frame: Buffer, column: number) =>
        Buffer.concat(
          Array.from({ length: SMALL.height }, (_, line) => {
            const start = line * width + column * SMALL.width;
            return frame.subarray(start, start + SMALL.width);
          }),
        );
      const read = (pixels: Buffer) => {
        const isGround = pixels.every((value) => Math.abs(value - 29) < 6); // #102030.
        return isGround ? undefined : readIndex(pixels, SMALL);
      };
      return frames.map((frame) => CLIPS.map((_, column) => read(cell(frame, column))));
    }

    it('show the frame of their moment: started, trimmed, faster, looped, resting at their end', async () => {
      const { output, messages } = byOne;
      const found = await shown(output);
      expect(found).to.have.length(30);
      for (const [frame, numbers] of found.entries()) {
        const expected = CLIPS.map(({ position }) => {
          const at = position(frame / 30);
          return at === undefined ? undefined : times.findLastIndex((begin) => begin <= at + 1e-6);
        });
        expect(numbers, `frame ${frame}`).to.deep.equal(expected);
      }
      expect(messages).to.deep.equal([]);
    });

    it('are the same with any number of workers', async () => {
      const { sums } = await frameMd5(byOne.output);
      const { output } = await projects.render(project, {}, { workers: 4 });
      expect((await frameMd5(output)).sums).to.deep.equal(sums);
    });
  });

  describe('sound', () => {
    /** What is heard of a page, in its left channel. `click.wav` clicks at 0.5 s, `steady.wav` is 0.25 for 3 s. */
    async function heard(
      body: string,
      more = '',
      files: Readonly<Record<string, string>> = {},
      { workers = 1, fps = 10 } = {},
    ) {
      const project = projects.write({ 'index.html': page(body, more), ...files });
      writeSound(join(project, 'click.wav'), click(SECOND, SECOND / 2));
      writeSound(join(project, 'steady.wav'), new Float32Array(3 * SECOND).fill(0.25));
      const exact = { codec: 'prores', preset: 'proxy', crf: undefined, pixelFormat: undefined } as object;
      const name = `${project.split('-').pop()}.mov`;
      const { output, messages } = await projects.render(
        project,
        {},
        { ...exact, workers, fps, output: name },
      );
      return { samples: await heardOf(await findFFmpeg(), output), messages };
    }
    const clicksAt = (samples: Float32Array) =>
      [...samples.keys()].filter((at) => Math.abs(samples[at] as number) > 0.05);

    it('begins and is trimmed as its attributes say, to the sample', async () => {
      const { samples, messages } = await heard(
        '<audio src="click.wav" data-start="0.3" data-duration="0.5" data-media-start="0.25" data-track-index="0"></audio>',
      );
      expect(samples).to.have.length(SECOND);
      expect(clicksAt(samples)).to.deep.equal([26_400]);
      expect(messages).to.deep.equal([]);
    });

    it('counts from the composition that it is in', async () => {
      const { samples } = await heard(
        '<div data-composition-id="inner" data-composition-src="inner.html" data-start="0.25" data-duration="0.6"></div>',
        '',
        {
          'inner.html': `<template><div data-composition-id="inner" data-no-timeline>
            <audio src="click.wav" data-start="0.05" data-duration="0.4" data-media-start="0.3"></audio></div></template>`,
        },
      );
      expect(clicksAt(samples)).to.deep.equal([24_000]);
    });

    it('is as loud as data-volume says', async () => {
      const { samples } = await heard(
        '<audio src="steady.wav" data-start="0" data-duration="1" data-volume="0.5"></audio>',
      );
      expect(samples[SECOND / 2]).to.be.closeTo(0.125, 0.001);
    });

    const MUSIC = '<audio id="music" src="steady.wav" data-start="0" data-duration="1"></audio>';
    const tweened = (tweens: string, workers: number) => {
      const timeline = `gsap.timeline({ paused: true })${tweens}`;
      const script = `<script src="gsap.min.js"></script><script>window.__timelines["main"] = ${timeline};</script>`;
      const files = { 'gsap.min.js': readFileSync(require.resolve('gsap/dist/gsap.min.js'), 'utf8') };
      return heard(MUSIC, script, files, { workers, fps: 30 });
    };

    function expectLoudness(samples: Float32Array, at: (time: number) => number): void {
      for (const time of [0.1, 0.25, 0.5, 0.75, 0.9]) {
        const decibels = 20 * Math.log10((samples[time * SECOND] as number) / (0.25 * at(time)));
        expect(Math.abs(decibels), `at ${time} s`).to.be.below(0.5);
      }
    }

    it('follows a tween of its volume, within half a decibel', async () => {
      const { samples } = await tweened(
        '.fromTo("#music", { volume: 1 }, { volume: 0.25, duration: 1, ease: "none" }, 0)',
        1,
      );
      expectLoudness(samples, (time) => 1 - 0.75 * time);
    });

    it('stays as loud as tweens have left it, with any number of workers', async () => {
      const tweens =
        '.to("#music", { volume: 0.5, duration: 0.2, ease: "none" }, 0.2).to("#music", { volume: 0.25, duration: 0.1 }, 0.6)';
      const [one, three] = [await tweened(tweens, 1), await tweened(tweens, 3)];
      expectLoudness(one.samples, (time) =>
        time < 0.2 ? 1 : time === 0.25 ? 0.875 : time < 0.6 ? 0.5 : 0.25,
      );
      expect(three.samples).to.deep.equal(one.samples);
    });

    it('fades in and out, and may be louder than it was made', async () => {
      const { samples } = await heard(
        '<audio src="steady.wav" data-start="0" data-duration="1" data-volume="2" data-fade-in="0.5" data-fade-out="0.2"></audio>',
        '',
        {},
        { fps: 30 },
      );
      expectLoudness(samples, (time) => 2 * Math.min(1, time / 0.5, (1 - time) / 0.2));
    });

    it('of a video is heard, if that is not muted', async () => {
      const video = (attributes: string) =>
        heard(`<video id="v" src="steady.wav" data-start="0" data-duration="1" ${attributes}></video>`);
      expect((await video('')).samples[SECOND / 2]).to.be.closeTo(0.25, 0.001);
      const audible = '<audio src="click.wav" data-start="0" data-duration="1" data-volume="0.5"></audio>';
      for (const attributes of ['muted', 'data-has-audio="false"']) {
        const { samples } = await heard(
          `${audible}<video src="steady.wav" data-start="0" data-duration="1" ${attributes}></video>`,
        );
        expect(clicksAt(samples)).to.deep.equal([24_000]);
      }
    });
  });
});
