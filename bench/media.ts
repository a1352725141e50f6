import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFFmpeg } from '../src';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { type Filmed, filmPage } from './support/filmedPage';
import { inFolder } from './support/folder';

const FPS = 30;
const FRAMES = 900;
const ROUNDS = 3;
const LEAST_RATIO = 0.6;

export const media: Bench = {
  what: 'a page with one full-screen 1080p video, beside the same page with a still picture of it',
  must: `at least ${LEAST_RATIO} of the still picture's frame rate`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 60 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const { path: ffmpeg } = await findFFmpeg();
      const make = (...args: string[]) => execFileSync(ffmpeg, ['-loglevel', 'error', '-y', ...args]);
      const film = `testsrc2=size=1920x1080:rate=${FPS}:duration=${frames / FPS}`;
      const encoder = [
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-pix_fmt',
        'yuv420p',
        '-g',
        String(FPS * 2),
      ];
      mkdirSync(join(folder, 'pages'));
      make('-f', 'lavfi', '-i', film, ...encoder, join(folder, 'pages/film.mp4'));
      make(
        '-i',
        join(folder, 'pages/film.mp4'),
        '-frames:v',
        '1',
        '-q:v',
        '2',
        join(folder, 'pages/still.jpg'),
      );
      const elements = {
        video: '<video src="film.mp4" muted autoplay></video>',
        still: '<img src="still.jpg">',
      };
      const capture = async (kind: keyof typeof elements) => {
        const page = join(folder, `pages/${kind}.html`);
        writeFileSync(page, pageOf(elements[kind]));
        const options = {
          size: { width: 1920, height: 1080 },
          fps: FPS,
          frames: `0-${frames - 1}`,
          workers: 2,
        };
        return filmPage(page, { ...options, output: join(folder, `${kind}.mp4`), duration: frames / FPS });
      };
      const { XDG_CACHE_HOME } = process.env;
      const sides: Record<keyof typeof elements, Filmed[]> = { video: [], still: [] };
      try {
        for (let turn = 0; turn < rounds; turn += 1) {
          say(`round ${turn + 1} of ${rounds}`);
          process.env.XDG_CACHE_HOME = join(folder, `cache-${turn}`); // Each decodes its video anew.
          const order = ['video', 'still'] as const;
          for (const kind of turn % 2 === 0 ? order : order.toReversed())
            sides[kind].push(await capture(kind));
        }
      } finally {
        if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
      }
      const ratios = sides.video.map(
        ({ framesPerSecond }, turn) => framesPerSecond / (sides.still[turn] as Filmed).framesPerSecond,
      );
      const ratio = median(ratios);
      const [video, still] = [summary(sides.video), summary(sides.still)];
      return {
        pass: quick || ratio >= LEAST_RATIO,
        figures: {
          videoFramesPerSecond: video[0] as number,
          stillFramesPerSecond: still[0] as number,
          ratioToStill: round(ratio, 3),
          videoCpuMillisecondsPerFrame: round(sum(video.slice(1))),
          stillCpuMillisecondsPerFrame: round(sum(still.slice(1))),
        },
        table: [
          ['', 'fps', 'CPU ms: browsers', 'Node', 'FFmpeg'],
          ['video', ...video],
          ['still picture', ...still],
          ['ratio', round(ratio, 3), `rounds: ${ratios.map((one) => one.toFixed(2)).join(' ')}`],
        ],
      };
    }),
};

/** Something moves beside the video, so that no frame of either page is one that is repeated. */
function pageOf(element: string): string {
  return `<!doctype html><meta charset="utf-8">
    <style>
      body { margin: 0; overflow: hidden; background: #000 }
      video, img { display: block; width: 1920px; height: 1080px }
      i { position: absolute; left: 0; top: 0; width: 9px; height: 9px; background: red }
    </style>
    ${element}<i></i>
    <script>
      document.querySelector('i').animate({ transform: ['none', 'translateX(1900px)'] }, 60000);
    </script>`;
}

function summary(films: readonly Filmed[]): number[] {
  const middle = (value: (one: Filmed) => number) => round(median(films.map(value)));
  return [
    middle((one) => one.framesPerSecond),
    ...(['browsers', 'node', 'ffmpeg'] as const).map((part) => middle(({ cpu }) => cpu[part])),
  ];
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
