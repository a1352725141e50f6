import { availableParallelism } from 'node:os';
import type { FrameRange } from '../frames/range';
import type { FrameRate } from '../frames/rate';
import { applyGains } from './gains';
import type { HeardRun } from './heardSound';
import { countSamples, decodeSound, type Medium, type SoundTools } from './media';
import { MixFile } from './mixFile';
import { type Placement, placementsOf } from './placements';
import { SAMPLE_RATE, samplesIn } from './samples';

/** Parts of one medium at one rate that are decoded in one go. */
interface Cluster {
  readonly medium: Medium;
  readonly rate: number;
  readonly placements: readonly Placement[];
}

const GAP = 60 * SAMPLE_RATE; // samples of a medium that nobody hears, above which they are not decoded.

/**
 * Mixes runs to a file of exactly the video's length. Each medium is decoded once, however often it is heard, and what
 * silence there is costs nothing: FFmpeg's own mixer would pass it through each of two hundred inputs.
 *
 * @returns whether anything is heard; there is no file otherwise
 * @throws FilmgateError `AUDIO_INVALID`
 */
export async function mixSound(
  tools: SoundTools,
  runs: readonly { readonly run: HeardRun; readonly medium: Medium }[],
  { range, fps }: { readonly range: FrameRange; readonly fps: FrameRate },
  path: string,
): Promise<boolean> {
  const periods = new Map<string, Promise<number>>();
  const lengthOf = (medium: Medium) => {
    const counted = periods.get(medium.media) ?? countSamples(tools, medium);
    periods.set(medium.media, counted);
    return counted;
  };
  const groups = new Map<string, { medium: Medium; rate: number; placements: Placement[] }>();
  for (const { run, medium } of runs) {
    const key = `${run.rate} ${run.media}`;
    const group = groups.get(key) ?? { medium, rate: run.rate, placements: [] };
    groups.set(key, group);
    const loop = run.loop ? await periodOf(run, () => lengthOf(medium)) : undefined;
    for (const placement of placementsOf(run, range, fps, loop)) group.placements.push(placement);
  }
  const clusters = [...groups.values()].flatMap(clustersOf);
  if (clusters.length === 0) return false;
  const mix = await MixFile.create(path, samplesIn(range.count, fps));
  try {
    await addClusters(tools, clusters, mix);
  } finally {
    await mix.close();
  }
  return true;
}

/** Several at a time; where one fails, the others are ended as well before this rejects. */
async function addClusters(tools: SoundTools, clusters: readonly Cluster[], mix: MixFile): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([tools.signal, stop.signal]);
  let failure: { readonly error: unknown } | undefined;
  const left = clusters.values();
  const lane = async () => {
    for (const cluster of left) await addCluster({ ...tools, signal }, cluster, mix);
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    stop.abort();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => lane().catch(fail)));
  if (failure) throw (failure as { readonly error: unknown }).error;
}

/** The length of a loop in samples. Of a medium without a sample there is nothing to repeat. */
async function periodOf({ duration }: HeardRun, count: () => Promise<number>): Promise<number> {
  const samples = duration === undefined ? await count() : Math.round(duration * SAMPLE_RATE);
  return samples > 0 ? samples : Number.POSITIVE_INFINITY;
}

function clustersOf({ medium, rate, placements }: Cluster): Cluster[] {
  const clusters: Placement[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const placement of placements.toSorted((one, other) => one.from - other.from)) {
    if (placement.from > end + GAP) clusters.push([]);
    clusters.at(-1)?.push(placement);
    end = Math.max(end, placement.from + placement.length);
  }
  return clusters.map((parts) => ({ medium, rate, placements: parts }));
}

async function addCluster(
  tools: SoundTools,
  { medium, rate, placements }: Cluster,
  mix: MixFile,
): Promise<void> {
  const first = placements[0]?.from ?? 0;
  const end = placements.reduce((last, { from, length }) => Math.max(last, from + length), first);
  await decodeSound(tools, medium, { from: first, length: end - first, rate }, async (samples, at) => {
    for (const placement of placements) {
      const begin = Math.max(placement.from, at);
      const stop = Math.min(placement.from + placement.length, at + samples.length / 2);
      if (begin >= stop) continue;
      const part = samples.slice((begin - at) * 2, (stop - at) * 2);
      const position = placement.at + begin - placement.from;
      applyGains(part, position, placement.gains);
      await mix.add(position, part);
    }
  });
}
