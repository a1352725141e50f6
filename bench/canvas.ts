import { join } from 'node:path';
import type { Bench } from './support/bench';
import { decodedFrames } from './support/decodedFrames';
import { median, round } from './support/figures';
import { type Filmed, filmPage } from './support/filmedPage';
import { inFolder } from './support/folder';

const PAGES = {
  animated: join(__dirname, 'pages/animated.html'),
  canvas: join(__dirname, '../examples/pages/canvas.html'),
};
const FRAMES = 180;
const ROUNDS = 3;
const WORKERS = 2;
const MOST_RATIO = 0.6;

/** The ways to capture a page. The first is what the others are held against. */
const WAYS = {
  beginframe: { capture: 'beginframe' },
  canvas: { capture: 'canvas' },
} as const;
type Way = keyof typeof WAYS;

export const canvas: Bench = {
  what: `1080p pages drawn into a canvas, beside screenshots of them, with ${WORKERS} workers`,
  must: `at most ${MOST_RATIO} of the processor time of a frame, and the same decoded frames`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 30 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const figures: Record<string, number> = {};
      const table: (string | number)[][] = [
        ['page', 'captured by', 'fps', 'CPU ms: browsers', 'Node', 'FFmpeg', 'of beginframe', 'same frames'],
      ];
      const passed: boolean[] = [];
      for (const [name, page] of Object.entries(PAGES)) {
        const runs = new Map<Way, Filmed[]>();
        const pictures = new Map<Way, string>();
        for (let turn = 0; turn < rounds; turn += 1) {
          say(`${name}, round ${turn + 1} of ${rounds}`);
          for (const way of Object.keys(WAYS) as Way[]) {
            const output = join(folder, 'page.mp4');
            const size = { width: 1920, height: 1080 };
            const asked = { output, size, fps: 30, duration: frames / 30, workers: WORKERS };
            const filmed = await filmPage(page, asked, WAYS[way]);
            runs.set(way, [...(runs.get(way) ?? []), filmed]);
            if (turn === 0) pictures.set(way, (await decodedFrames(output)).join('\n'));
          }
        }
        const expected = costOf(runs.get('beginframe') ?? []);
        for (const [way, filmed] of runs) {
          const ratio = costOf(filmed) / expected;
          const isSame = pictures.get(way) === pictures.get('beginframe');
          const part = (of: (one: Filmed) => number) => round(median(filmed.map(of)));
          const cpu = (['browsers', 'node', 'ffmpeg'] as const).map((who) => part((one) => one.cpu[who]));
          table.push([
            name,
            way,
            part((one) => one.framesPerSecond),
            ...cpu,
            round(ratio, 3),
            isSame ? 'yes' : 'no',
          ]);
          figures[`${name}, ${way}: cpuRatio`] = round(ratio, 3);
          if (way === 'canvas') passed.push(isSame, quick || ratio <= MOST_RATIO);
        }
      }
      return { pass: passed.every(Boolean), figures, table };
    }),
};

/** Milliseconds of processor time for a frame. */
function costOf(filmed: readonly Filmed[]): number {
  return median(filmed.map(({ cpu }) => cpu.browsers + cpu.node + cpu.ffmpeg));
}
