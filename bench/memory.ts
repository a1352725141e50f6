import type { Bench } from './support/bench';
import { inChild } from './support/child';
import { compile } from './support/compiled';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import type { LongAnswer, LongJob } from './support/longRender';
import { growth, peak } from './support/resident';

const FRAMES = 108_000; // an hour at 30 fps
const ROUNDS = 3;
const MOST_GROWTH = 10; // MB

export const memory: Bench = {
  what: `${FRAMES} small frames (an hour at 30 fps) through worker threads, Filmgate and FFmpeg`,
  must: `resident memory from 10 % to 100 % of the frames grows at most ${MOST_GROWTH} MB`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? FRAMES / 5 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const compiled = await compile(folder);
      const runs: LongAnswer[] = [];
      for (let turn = 0; turn < rounds; turn += 1) {
        say(`round ${turn + 1} of ${rounds}: ${frames} frames`);
        runs.push(await inChild<LongJob, LongAnswer>(compiled('longRender'), { frames, folder }));
      }
      const table: (string | number)[][] = [['round', 'frames', 'fps', 'growth, MB', 'peak resident, MB']];
      for (const [turn, { samples, framesPerSecond }] of runs.entries()) {
        const grown = round(growth(samples, 0.1, 0.05));
        table.push([turn + 1, frames, round(framesPerSecond, 0), grown, round(peak(samples))]);
      }
      const grown = median(runs.map(({ samples }) => growth(samples, 0.1, 0.05)));
      const figures = {
        frames,
        residentGrowthMegabytes: round(grown),
        peakResidentMegabytes: round(median(runs.map(({ samples }) => peak(samples)))),
        framesPerSecond: round(median(runs.map(({ framesPerSecond }) => framesPerSecond)), 0),
      };
      // A quick run is over before V8's heaps have found their sizes.
      return { pass: quick || grown <= MOST_GROWTH, figures, table };
    }),
};
