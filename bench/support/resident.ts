import { median, megabytes } from './figures';

/** Resident memory at a moment. */
export interface Sample {
  /** Where the run stood: seconds, or the share of its frames that were done. */
  readonly at: number;
  readonly bytes: number;
  /** Of V8's heap, what is in use. */
  readonly heapBytes?: number;
}

export function resident(at: number): Sample {
  const { rss, heapUsed } = process.memoryUsage();
  return { at, bytes: rss, heapBytes: heapUsed };
}

/** The sample that was taken closest to `at`. */
export function nearest<T extends { readonly at: number }>(samples: readonly T[], at: number): T {
  return samples.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best));
}

/** The samples from `from` up to `to`, in megabytes. */
function within(samples: readonly Sample[], from: number, to: number): number[] {
  return samples.filter(({ at }) => at >= from && at < to).map(({ bytes }) => megabytes(bytes));
}

/** Megabytes by which the highest stretch, each `step` long, lies above the first one that begins at `from`. */
export function growth(samples: readonly Sample[], from: number, step: number): number {
  const end = samples.at(-1)?.at ?? from;
  const stretches: number[] = [];
  for (let start = from; start + step <= end * 1.001; start += step) {
    stretches.push(median(within(samples, start, start + step)));
  }
  return Math.max(...stretches) - (stretches[0] ?? Number.NaN);
}

/** Megabytes gained for each unit of `at`, by least squares, from `from` on. */
export function slope(samples: readonly Sample[], from: number): number {
  const points = samples.filter(({ at }) => at >= from);
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / points.length;
  const mean = points.reduce((sum, { bytes }) => sum + bytes, 0) / points.length;
  const covariance = points.reduce((sum, { at, bytes }) => sum + (at - meanAt) * (bytes - mean), 0);
  const variance = points.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return megabytes(covariance / variance);
}

export function peak(samples: readonly Sample[], from = 0): number {
  return Math.max(...samples.filter(({ at }) => at >= from).map(({ bytes }) => megabytes(bytes)));
}
