import { join } from 'node:path';
import type { Bench } from './support/bench';
import { decodedFrames } from './support/decodedFrames';
import { median, round } from './support/figures';
import { filmPage } from './support/filmedPage';
import { inFolder } from './support/folder';

const PAGE = join(__dirname, 'pages/mostlyStill.html');
const FRAMES = 180;
const ROUNDS = 5;
const LEAST_RATIO = 2;

export const stillFrames: Bench = {
  what: 'a 1080p page that stands still for two seconds in three, with and without --no-dedupe',
  must: `at least ${LEAST_RATIO} × the frame rate of --no-dedupe, and the same decoded frames`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 90 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const film = async (dedupe: boolean) => {
        const output = join(folder, `${dedupe}.mp4`);
        return (await filmPage(PAGE, { output, frames: `0-${frames - 1}` }, { dedupe })).framesPerSecond;
      };
      const repeated: number[] = [];
      const taken: number[] = [];
      for (let turn = 0; turn < rounds; turn += 1) {
        say(`round ${turn + 1} of ${rounds}`);
        const sides = [
          async () => repeated.push(await film(true)),
          async () => taken.push(await film(false)),
        ];
        for (const side of turn % 2 === 0 ? sides : sides.reverse()) await side();
      }
      const ratios = repeated.map((fps, turn) => fps / (taken[turn] as number));
      const ratio = median(ratios);
      const pictures = await decodedFrames(join(folder, 'true.mp4'));
      const same =
        pictures.length === frames &&
        pictures.join() === (await decodedFrames(join(folder, 'false.mp4'))).join();
      return {
        pass: same && (quick || ratio >= LEAST_RATIO),
        figures: {
          framesPerSecond: round(median(repeated)),
          noDedupeFramesPerSecond: round(median(taken)),
          ratioToNoDedupe: round(ratio, 3),
          sameDecodedFrames: Number(same),
        },
        table: [
          ['fps', '--no-dedupe fps', 'ratio', 'same frames', 'ratios of the rounds'],
          [
            round(median(repeated)),
            round(median(taken)),
            round(ratio, 2),
            same ? 'yes' : 'NO',
            ratios.map((value) => value.toFixed(2)).join(' '),
          ],
        ],
      };
    }),
};
