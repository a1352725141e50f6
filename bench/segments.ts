import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import { movingPicture } from './support/movingPicture';
import { rawRender } from './support/rawRender';

const SIZE = { width: 1280, height: 720 };
const READY = 30; // frames that are ready in memory
const FRAMES = 1800;
const ROUNDS = 5;
const MOST_COST = 1.05;

export const segments: Bench = {
  what: `${FRAMES} raw 720p frames: in one go, and in segments of 10 s with manifest, verification and assembly`,
  must: `segments take at most ${MOST_COST} times as long`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const raw = join(folder, 'frames.rgba');
      await writeFile(raw, movingPicture(SIZE, READY));
      const length = quick ? 300 : FRAMES;
      const seconds: Record<string, number[]> = { off: [], '10s': [] };
      for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
        say(`round ${turn + 1}`);
        for (const segment of turn % 2 === 0 ? ['off', '10s'] : ['10s', 'off']) {
          const output = join(folder, 'out.mp4');
          const { elapsedSeconds } = await rawRender({ file: raw, size: SIZE, length, output, segment });
          seconds[segment]?.push(elapsedSeconds);
        }
      }
      const { off = [], '10s': parts = [] } = seconds;
      const perRound = parts.map((taken, turn) => taken / (off[turn] as number));
      const cost = round(median(perRound), 3);
      return {
        pass: quick || cost <= MOST_COST,
        figures: {
          oneGoSeconds: round(median(off), 2),
          segmentsSeconds: round(median(parts), 2),
          segmentsCost: cost,
        },
        table: [
          ['way', 'seconds', 'cost', 'costs of the rounds'],
          ['one go', round(median(off), 2), '', ''],
          [
            'segments of 10 s',
            round(median(parts), 2),
            cost,
            perRound.map((value) => value.toFixed(3)).join(' '),
          ],
        ],
      };
    }),
};
