import { join } from 'node:path';
import type { Bench } from './support/bench';
import { decodedFrames } from './support/decodedFrames';
import { median, round } from './support/figures';
import { type Filmed, filmPage } from './support/filmedPage';
import { inFolder } from './support/folder';

const PAGE = join(__dirname, 'pages/mostlyStill.html');
const FRAMES = 180;
const ROUNDS = 5;
const LEAST_RATIO = { beginframe: 2, canvas: 1 }; // What is drawn costs less: there is less to save.

export const stillFrames = (capture: 'beginframe' | 'canvas'): Bench => ({
  what: `a 1080p page that stands still for two seconds in three, by ${capture}, with and without --no-dedupe`,
  must: `at least ${LEAST_RATIO[capture]} × the frame rate of --no-dedupe, and the same decoded frames`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 90 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const film = async (dedupe: boolean) => {
        const output = join(folder, `${dedupe}.mp4`);
        return filmPage(PAGE, { output, frames: `0-${frames - 1}` }, { dedupe, capture });
      };
      const repeated: Filmed[] = [];
      const taken: Filmed[] = [];
      for (let turn = 0; turn < rounds; turn += 1) {
        say(`round ${turn + 1} of ${rounds}`);
        const sides = [
          async () => repeated.push(await film(true)),
          async () => taken.push(await film(false)),
        ];
        for (const side of turn % 2 === 0 ? sides : sides.reverse()) await side();
      }
      const ratios = repeated.map(
        (one, turn) => one.framesPerSecond / (taken[turn] as Filmed).framesPerSecond,
      );
      const ratio = median(ratios);
      const pictures = await decodedFrames(join(folder, 'true.mp4'));
      const same =
        pictures.length === frames &&
        pictures.join() === (await decodedFrames(join(folder, 'false.mp4'))).join();
      return {
        pass: same && (quick || ratio >= LEAST_RATIO[capture]),
        figures: {
          framesPerSecond: rateOf(repeated),
          noDedupeFramesPerSecond: rateOf(taken),
          ratioToNoDedupe: round(ratio, 3),
          sameDecodedFrames: Number(same),
        },
        table: [
          ['', 'fps', 'CPU ms: browsers', 'Node', 'FFmpeg'],
          ['repeated', rateOf(repeated), ...cpuOf(repeated)],
          ['--no-dedupe', rateOf(taken), ...cpuOf(taken)],
          ['ratio', round(ratio, 3), `rounds: ${ratios.map((one) => one.toFixed(2)).join(' ')}`],
          ['same frames', same ? 'yes' : 'no'],
        ],
      };
    }),
});

function rateOf(films: readonly Filmed[]): number {
  return round(median(films.map(({ framesPerSecond }) => framesPerSecond)));
}

function cpuOf(films: readonly Filmed[]): number[] {
  return (['browsers', 'node', 'ffmpeg'] as const).map((part) =>
    round(median(films.map(({ cpu }) => cpu[part]))),
  );
}
