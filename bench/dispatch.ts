import { FRAMES_PER_WORKER } from '../src/options/renderOptions';
import type { Bench } from './support/bench';
import { costsOf, type Spread } from './support/costs';
import { median, round } from './support/figures';
import { renderVirtually } from './support/virtualRender';

const WINDOWS_PER_WORKER = [1, 2, 3, 4, 6, 8, 12, 16];
const FRAMES = 10_000;
const SEEDS = [1, 2, 3];
const MOST_RATIO = 1.1;

/** `workers` of them, the last one three times slower. */
function speeds(workers: number): number[] {
  return Array.from({ length: workers }, (_, worker) => (worker === workers - 1 ? 1 / 3 : 1));
}

interface Column {
  readonly title: string;
  readonly workers: number;
  readonly spread: Spread;
  /** Share of the workers' time for a frame that a write takes. */
  readonly writing?: number;
  readonly assign?: (index: number, frames: number) => number;
}

const stride = (index: number) => index % 4;
const contiguous = (index: number, frames: number) => Math.floor((index * 4) / frames);

/** One column: a way to hand out frames, over all windows. */
const COLUMNS: Record<string, Column> = {
  dynamic: { title: '4 workers', workers: 4, spread: 'logNormal' },
  staticStride: { title: 'static stride', workers: 4, spread: 'logNormal', assign: stride },
  contiguousRanges: { title: 'contiguous', workers: 4, spread: 'logNormal', assign: contiguous },
  dynamic2Workers: { title: '2 workers', workers: 2, spread: 'logNormal' },
  dynamic8Workers: { title: '8 workers', workers: 8, spread: 'logNormal' },
  dynamicEncoderAt80Percent: { title: '4, FFmpeg 80 % busy', workers: 4, spread: 'logNormal', writing: 0.8 },
  dynamicPareto: { title: '4, Pareto', workers: 4, spread: 'pareto' },
};

/** Time that a render takes, as a multiple of the lower bound: the work, over the workers' summed speed. */
async function ratio(column: Column, perWorker: number, seed: number): Promise<number> {
  const { workers, spread, writing = 0, assign } = column;
  const costs = costsOf(spread, FRAMES, seed);
  const speed = speeds(workers).reduce((sum, each) => sum + each, 0);
  const bound = costs.reduce((sum, cost) => sum + cost, 0) / speed;
  const taken = await renderVirtually({
    costs,
    speeds: speeds(workers),
    window: perWorker * workers,
    writing: (writing * bound) / FRAMES,
    ...(assign ? { assign: (index) => assign(index, FRAMES) } : {}),
  });
  return taken / bound;
}

export const dispatch: Bench = {
  what: 'time of a render in multiples of the lower bound; log-normal capture costs, one worker three times slower',
  must: `4 workers finish within ${MOST_RATIO} of the lower bound at the default window, ${FRAMES_PER_WORKER} frames for each worker`,

  async run({ quick, say }) {
    const windows = quick ? [1, FRAMES_PER_WORKER] : WINDOWS_PER_WORKER;
    const figures: Record<string, number> = { defaultWindowFramesPerWorker: FRAMES_PER_WORKER };
    const table: (string | number)[][] = [
      ['window a worker', ...Object.values(COLUMNS).map(({ title }) => title)],
    ];
    for (const perWorker of windows) {
      say(`window of ${perWorker} frames for each worker`);
      const row: number[] = [];
      for (const [name, column] of Object.entries(COLUMNS)) {
        const ratios: number[] = [];
        for (const seed of SEEDS) ratios.push(await ratio(column, perWorker, seed));
        const figure = round(median(ratios), 3);
        row.push(figure);
        figures[`${name}TimeOverLowerBoundWindow${perWorker}PerWorker`] = figure;
      }
      table.push([perWorker, ...row]);
    }
    const atDefault = figures[`dynamicTimeOverLowerBoundWindow${FRAMES_PER_WORKER}PerWorker`];
    return { pass: (atDefault ?? Number.POSITIVE_INFINITY) <= MOST_RATIO, figures, table };
  },
};
