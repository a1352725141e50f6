import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFFmpeg } from '../src';
import type { Bench } from './support/bench';
import { inChild } from './support/child';
import { compile } from './support/compiled';
import { round } from './support/figures';
import { inFolder } from './support/folder';
import type { LongPageAnswer, LongPageJob, PageSample } from './support/longPage';
import { nearest, slope } from './support/resident';

const FRAMES = 108_000; // an hour at 30 fps
const QUICK_FRAMES = 600;
const MOST_SLOPE = 20; // MB
const SECONDS_OF_VIDEO = 20;
const END = 0.98; // of the frames: with the last one captured the browsers end, while FFmpeg still encodes.
const PARTS = ['node', 'browsers', 'shm'] as const;

/** An hour of film from one browser: whether the browser, Node and the memory that both share stay as large as they are. */
export function hourOfPage(what: 'beginframe' | 'canvas' | 'video'): Bench {
  return {
    what: `an hour of film (${FRAMES} frames, 320×180) from one browser: ${what === 'video' ? 'a page with a video that loops' : `by ${what}`}`,
    must: `in the second half, Node, browsers and /dev/shm together grow by at most ${MOST_SLOPE} MB`,

    run: ({ quick, say }) =>
      inFolder(async (folder) => {
        const frames = quick ? QUICK_FRAMES : FRAMES;
        const compiled = await compile(folder);
        const page = what === 'video' ? await pageWithVideo(folder) : join(__dirname, 'pages/small.html');
        const capture = what === 'canvas' ? 'canvas' : 'beginframe';
        say(`${frames} frames`);
        const job = { page, capture, frames } as const;
        const { samples, framesPerSecond } = await inChild<LongPageJob, LongPageAnswer>(
          compiled('longPage'),
          job,
        );
        const whole = samples.filter(({ at }) => at <= END);
        const slopeOf = (part: keyof PageSample) =>
          slope(
            whole.map((one) => ({ at: one.at, bytes: one[part] })),
            0.5,
          ) / 2;
        const slopes = PARTS.map(slopeOf);
        const total = slopes.reduce((sum, one) => sum + one, 0);
        const rows = [0.02, 0.1, 0.25, 0.5, 0.75, END].map((share) => {
          const sample = nearest(whole, share);
          return [Math.round(share * frames), ...PARTS.map((part) => round(sample[part] / 1e6))];
        });
        return {
          pass: quick || total <= MOST_SLOPE,
          figures: { frames, secondHalfMegabytes: round(total), framesPerSecond: round(framesPerSecond) },
          table: [
            ['frames', 'Node, MB', 'browsers, MB', '/dev/shm, MB'],
            ...rows,
            ['second half', ...slopes.map((one) => round(one))],
          ],
        };
      }),
  };
}

async function pageWithVideo(folder: string): Promise<string> {
  const { path } = await findFFmpeg();
  const pages = join(folder, 'pages');
  mkdirSync(pages);
  const film = `testsrc2=size=320x180:rate=30:duration=${SECONDS_OF_VIDEO}`;
  const encoder = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  execFileSync(path, ['-loglevel', 'error', '-f', 'lavfi', '-i', film, ...encoder, join(pages, 'film.mp4')]);
  const page = join(pages, 'video.html');
  writeFileSync(
    page,
    '<!doctype html><body style="margin: 0"><video src="film.mp4" muted autoplay loop></video>',
  );
  return page;
}
