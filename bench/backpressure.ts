import type { Bench } from './support/bench';
import { inChild } from './support/child';
import { compile } from './support/compiled';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import type { FoundingAnswer, FoundingJob } from './support/foundingCase';
import { growth, peak, slope } from './support/resident';

const SECONDS = 35;
const ROUNDS = 3;
const SETTLED = SECONDS / 2; // Heaps and allocators find their sizes in the first half, which is not growth.
const MOST_GROWTH = 20; // MB

export const backpressure: Bench = {
  what: 'the founding case: 3 workers × 35 fps, frames of 500 KB, FFmpeg held to 60 fps',
  must:
    'outstanding never above the window; resident memory grows ' +
    `at most ${MOST_GROWTH} MB in the second half, while the naive writer's grows with time`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const seconds = quick ? 12 : SECONDS;
      const settled = Math.min(SETTLED, seconds / 2);
      const rounds = quick ? 1 : ROUNDS;
      const compiled = await compile(folder);
      const sides = ['naive', 'filmgate'] as const;
      const answers: Record<(typeof sides)[number], FoundingAnswer[]> = { naive: [], filmgate: [] };
      for (let turn = 0; turn < rounds; turn += 1) {
        for (const side of sides) {
          say(`round ${turn + 1} of ${rounds}: ${side}, ${seconds} s`);
          answers[side].push(
            await inChild<FoundingJob, FoundingAnswer>(compiled('foundingCase'), { side, seconds, folder }),
          );
        }
      }
      const window = answers.filmgate[0]?.window ?? 0;
      const figures: Record<string, number> = { windowFrames: window, seconds };
      const table: (string | number)[][] = [
        [
          'side',
          'written fps',
          'peak outstanding',
          `growth after ${settled} s, MB`,
          'peak resident, MB',
          'GB an hour',
        ],
      ];
      for (const side of sides) {
        const runs = answers[side];
        const of = (figure: (run: FoundingAnswer) => number) => median(runs.map(figure));
        const row = {
          WrittenFramesPerSecond: round(of(({ written }) => written / seconds)),
          PeakOutstandingFrames: Math.max(...runs.map(({ peakOutstanding }) => peakOutstanding)),
          ResidentGrowthMegabytes: round(of(({ samples }) => growth(samples, settled, 1))),
          PeakResidentMegabytes: round(of(({ samples }) => peak(samples))),
          // A slope below zero is the settling of a garbage collector, and not a saving.
          GigabytesPerHour: round(
            Math.max(
              0,
              of(({ samples }) => slope(samples, settled) * 3.6),
            ),
          ),
        };
        for (const [name, value] of Object.entries(row)) figures[side + name] = value;
        table.push([
          side === 'naive' ? 'stdin.write, answer ignored' : `Filmgate, window ${window}`,
          ...Object.values(row),
        ]);
      }
      const flat = answers.filmgate.every(
        ({ samples, peakOutstanding }) =>
          peakOutstanding <= window && growth(samples, settled, 1) <= MOST_GROWTH,
      );
      const naiveGrows = answers.naive.every(({ samples }) => growth(samples, settled, 1) > MOST_GROWTH);
      return { pass: flat && naiveGrows, figures, table };
    }),
};
