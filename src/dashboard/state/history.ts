/** What is kept of a whole render, each a column with a value for each time. */
export const SERIES = [
  'captureRate',
  'encodeRate',
  'outstanding',
  'bufferedBytes',
  'captureWaiting',
  'encodeWaiting',
  'nodeMemory',
  'browserMemory',
  'ffmpegMemory',
  'nodeCpu',
  'browserCpu',
  'ffmpegCpu',
] as const;

export type Series = (typeof SERIES)[number];

/** Values over the whole render. Where there are too many, pairs of neighbours are replaced by their means. */
export interface History {
  /** Milliseconds from one value to the next. */
  every: number;
  /** When, in milliseconds of the render. */
  at: number[];
  /** How many samples each value is the mean of. */
  samples: number[];
  series: Record<Series, (number | null)[]>;
  /** The share of time in which each worker was busy, by its place among the workers. */
  busy: number[][];
  /** What the workers' busy seconds were at the last sample, and when that was. */
  last: { at: number; busy: number[] };
}

export const MOST_VALUES = 900;
const MOST_WORKERS = 16;
const SAMPLE = 250; // ms

export function emptyHistory(): History {
  const series = Object.fromEntries(SERIES.map((name) => [name, []])) as unknown as History['series'];
  return { every: SAMPLE, at: [], samples: [], series, busy: [], last: { at: 0, busy: [] } };
}

/**
 * Adds what is known at a moment. Of each worker, how many seconds it has been busy: undefined of one that is no longer
 * told of.
 */
export function sample(
  history: History,
  at: number,
  busySeconds: readonly (number | undefined)[],
  values: Partial<Record<Series, number>>,
): void {
  const { last } = history;
  const seconds = (at - last.at) / 1000;
  if (seconds <= 0) return;
  const before = (worker: number) => last.busy[worker] ?? 0;
  const now = busySeconds.slice(0, MOST_WORKERS).map((known, worker) => known ?? before(worker));
  const busy = now.map((total, worker) => Math.min(1, (total - before(worker)) / seconds));
  history.last = { at, busy: now };

  const row = history.at.length - 1;
  const begin = Math.floor(at / history.every) * history.every;
  if (row >= 0 && history.at[row] === begin) merge(history, row, values, busy);
  else append(history, begin, values, busy);
  if (history.at.length > MOST_VALUES) thin(history);
}

function append(history: History, at: number, values: Partial<Record<Series, number>>, busy: number[]): void {
  const rows = history.at.length;
  history.at.push(at);
  history.samples.push(1);
  for (const name of SERIES) history.series[name].push(values[name] ?? null);
  for (const [worker, share] of busy.entries()) {
    history.busy[worker] ??= new Array(rows).fill(0);
    history.busy[worker]?.push(share);
  }
  for (const column of history.busy) while (column.length < history.at.length) column.push(0);
}

function merge(history: History, row: number, values: Partial<Record<Series, number>>, busy: number[]): void {
  const samples = history.samples[row] as number;
  for (const name of SERIES) {
    const column = history.series[name];
    column[row] = mean(column[row] ?? null, samples, values[name] ?? null, 1);
  }
  for (const [worker, share] of busy.entries()) {
    const column = history.busy[worker];
    if (column) column[row] = mean(column[row] ?? 0, samples, share, 1) ?? 0;
  }
  history.samples[row] = samples + 1;
}

/** Halves the number of values: what stays is twice as far apart. */
function thin(history: History): void {
  history.every *= 2;
  const rows = history.at;
  const groups: number[][] = [];
  for (const [row, at] of rows.entries()) {
    const begin = Math.floor(at / history.every) * history.every;
    const group = groups.at(-1);
    if (group && Math.floor((rows[group[0] as number] as number) / history.every) * history.every === begin)
      group.push(row);
    else groups.push([row]);
  }
  const { samples } = history;
  const combined = <T extends number | null>(column: T[]): T[] =>
    groups.map(
      (group) =>
        group.reduce<{ value: number | null; count: number }>(
          (sum, row) => ({
            value: mean(sum.value, sum.count, column[row] ?? null, samples[row] as number),
            count: sum.count + (samples[row] as number),
          }),
          { value: null, count: 0 },
        ).value,
    ) as T[];
  for (const name of SERIES) history.series[name] = combined(history.series[name]);
  history.busy = history.busy.map(combined);
  history.at = groups.map(
    ([row]) => Math.floor((rows[row as number] as number) / history.every) * history.every,
  );
  history.samples = groups.map((group) => group.reduce((sum, row) => sum + (samples[row] as number), 0));
}

function mean(a: number | null, countA: number, b: number | null, countB: number): number | null {
  if (a === null || countA === 0) return b;
  if (b === null) return a;
  return (a * countA + b * countB) / (countA + countB);
}
