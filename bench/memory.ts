import type { Bench } from './support/bench';
import { inChild } from './support/child';
import { compile } from './support/compiled';
import { round } from './support/figures';
import { inFolder } from './support/folder';
import type { LongAnswer, LongJob } from './support/longRender';
import { nearest, peak, slope } from './support/resident';

const FRAMES_PER_HOUR = 108_000; // at 30 fps
const HOURS = 4;
const QUICK_HOURS = 0.4;
const MOST_SLOPE = 5; // MB for each hour of film

/**
 * Long enough to tell settling from growth: heaps and allocators find their sizes in the first hour of film, which looks
 * like growth if the film ends there. What would grow for ever grows in the second half of four hours too.
 */
export const memory: Bench = {
  what: `${HOURS} hours at 30 fps (${HOURS * FRAMES_PER_HOUR} small frames) through worker threads, Filmgate and FFmpeg`,
  must: `in the second half, resident memory grows by at most ${MOST_SLOPE} MB for each hour of film`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const hours = quick ? QUICK_HOURS : HOURS;
      const frames = hours * FRAMES_PER_HOUR;
      const compiled = await compile(folder);
      say(`${frames} frames`);
      const job = { frames, folder };
      const { samples, framesPerSecond } = await inChild<LongJob, LongAnswer>(compiled('longRender'), job);
      const perHour = slope(samples, 0.5) / hours;
      const rows = [0.1, 0.25, 0.5, 0.75, 1].map((share) => {
        const { at, bytes, heapBytes } = nearest(samples, share);
        return [`${round(at * hours)} h`, round(bytes / 1e6), round((heapBytes ?? 0) / 1e6)];
      });
      const figures = {
        frames,
        residentSlopeMegabytesPerHour: round(perHour, 2),
        peakResidentMegabytes: round(peak(samples)),
        framesPerSecond: round(framesPerSecond, 0),
      };
      // A quick run is over before the heaps have found their sizes.
      return {
        pass: quick || perHour <= MOST_SLOPE,
        figures,
        table: [['film', 'resident, MB', 'heap used, MB'], ...rows],
      };
    }),
};
