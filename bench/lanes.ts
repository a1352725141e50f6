import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import { movingPicture } from './support/movingPicture';
import { rawRender } from './support/rawRender';

const READY = 30; // frames that are ready in memory
const ROUNDS = 3;
const CASES = [
  {
    name: 'x264 ultrafast',
    size: { width: 1920, height: 1080 },
    length: 1200,
    file: 'out.mp4',
    preset: 'ultrafast',
  },
  { name: 'VP9', size: { width: 1280, height: 720 }, length: 360, file: 'out.webm' },
];

export const lanes: Bench = {
  what: 'raw frames ready in memory, in segments: one lane, and two',
  must: 'a figure: what a second FFmpeg gives depends on the encoder and on idle cores',

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const figures: Record<string, number> = {};
      const table: (string | number)[][] = [
        ['encoder', 'one lane fps', 'two lanes fps', 'ratio', 'ratios of the rounds'],
      ];
      for (const { name, size, length, file, ...settings } of CASES) {
        const raw = join(folder, 'frames.rgba');
        await writeFile(raw, movingPicture(size, READY));
        const frames = quick ? length / 6 : length;
        const rates: [number[], number[]] = [[], []];
        const run = async (lanes: 1 | 2) => {
          const { elapsedSeconds } = await rawRender({
            ...settings,
            ...{ file: raw, size, length: frames, lanes, segment: `${Math.ceil(frames / 12)}f` },
            output: join(folder, file),
          });
          rates[lanes - 1]?.push(frames / elapsedSeconds);
        };
        for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
          say(`${name}, round ${turn + 1}`);
          for (const lanes of turn % 2 === 0 ? ([1, 2] as const) : ([2, 1] as const)) await run(lanes);
        }
        const [one, two] = rates;
        const perRound = two.map((rate, turn) => rate / (one[turn] as number));
        const ratio = median(perRound);
        const key = name.replace(' u', 'U');
        figures[`${key}OneLaneFramesPerSecond`] = round(median(one));
        figures[`${key}TwoLanesFramesPerSecond`] = round(median(two));
        figures[`${key}Ratio`] = round(ratio, 3);
        const each = perRound.map((value) => value.toFixed(3)).join(' ');
        table.push([name, round(median(one)), round(median(two)), round(ratio, 3), each]);
      }
      return { pass: true, figures, table };
    }),
};
