import { randomFrom } from '../../src/capture/threads/random';

/** What each frame costs to capture, in milliseconds on a worker of speed 1: the same for the same seed. */
export type Costs = readonly number[];

/** Ways in which capture costs are spread; both have a mean of about 33 ms. */
export const SPREADS = {
  /** Log-normal, median 20 ms, σ = 1: 1 frame in 100 costs over 10 times the median. */
  logNormal: (random: () => number) => 20 * Math.exp(normal(random)),
  /** Pareto, least 11 ms, α = 1.5, cut at 1.1 s: a few frames cost 100 times the least. */
  pareto: (random: () => number) => Math.min(1100, 11 / (1 - random()) ** (1 / 1.5)),
};

export type Spread = keyof typeof SPREADS;

export function costsOf(spread: Spread, frames: number, seed: number): Costs {
  const random = randomFrom(seed);
  return Array.from({ length: frames }, () => SPREADS[spread](random));
}

/** Box–Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
