import { Random } from '../../chaos/random';

/** A farm, in virtual time. Times are in seconds. */
export interface ModelledFarm {
  readonly workers: number;
  readonly segmentSeconds: number;
  /** Whether idle workers render the last segments once more. */
  readonly copies: boolean;
  /** Seconds of work for one of film, on a machine of usual speed. */
  readonly perSecond: number;
  readonly seed: number;
}

const FILM = 3600; // seconds
const SCENE = 5; // seconds, of which each costs as much as the others
const START = 2; // until a worker has its browser
const PER_SEGMENT = 0.15; // to end one encoder, verify, store and take the next job, that the next segment does not hide
const SILENCE = 15; // until the segment of a dead worker is given to another
const SLOWNESS = 3; // of one machine in ten
const TAIL = 0.8; // sigma of the log-normal distribution of what a scene costs: one in fifty costs five times the median
const LOOK = 2; // between two looks of an idle worker

interface Attempt {
  readonly segment: number;
  readonly begun: number;
  readonly ends: number;
  readonly isCopy: boolean;
}

/**
 * How well a farm does an hour of film: the work, divided by the speed of all workers together, in relation to the time
 * until the last segment is there. Jobs are taken, lost and copied by the rules of src/farm.
 */
export function efficiency({ workers, segmentSeconds, copies, perSecond, seed }: ModelledFarm): number {
  const random = new Random(seed);
  const costs = segmentCosts(segmentSeconds, perSecond, random);
  const work = costs.reduce((sum, cost) => sum + cost, 0);
  const speeds = Array.from({ length: workers }, (_, index) => (index % 10 === 9 ? 1 / SLOWNESS : 1));
  const ideal = work / speeds.reduce((sum, speed) => sum + speed, 0);
  const deaths = speeds.map((_, index) =>
    index % 50 === 49 ? random.next() * ideal : Number.POSITIVE_INFINITY,
  );
  const doneAt = run({ costs, speeds, deaths, copies });
  return ideal / doneAt;
}

function segmentCosts(segmentSeconds: number, perSecond: number, random: Random): number[] {
  const scenes = Array.from({ length: Math.ceil(FILM / SCENE) }, () => Math.exp(TAIL * normal(random)));
  const mean = scenes.reduce((sum, cost) => sum + cost, 0) / scenes.length;
  return Array.from({ length: Math.ceil(FILM / segmentSeconds) }, (_, segment) => {
    let cost = 0;
    const step = Math.min(1, segmentSeconds);
    for (let at = segment * segmentSeconds; at < (segment + 1) * segmentSeconds; at += step)
      cost += ((scenes[Math.floor(at / SCENE) % scenes.length] as number) / mean) * perSecond * step;
    return cost;
  });
}

function run({
  costs,
  speeds,
  deaths,
  copies,
}: {
  costs: number[];
  speeds: number[];
  deaths: number[];
  copies: boolean;
}): number {
  const waiting = costs.map((_, segment) => segment);
  const isDone = costs.map(() => false);
  const at: (Attempt | undefined)[] = speeds.map(() => undefined);
  const freeAt = speeds.map(() => START);
  const copied = new Set<number>();
  const lost: { segment: number; at: number }[] = [];
  let left = costs.length;
  let busy = 0;
  let ended = 0;
  for (;;) {
    const next = soonest(freeAt);
    const now = freeAt[next] as number;
    const attempt = at[next];
    at[next] = undefined;
    for (const { segment } of lost.filter((one) => one.at <= now))
      if (!isDone[segment]) waiting.unshift(segment);
    lost.splice(0, lost.length, ...lost.filter((one) => one.at > now));
    if (attempt && !isDone[attempt.segment]) {
      isDone[attempt.segment] = true;
      left -= 1;
      ended += 1;
      busy += now - attempt.begun;
      if (left === 0) return now;
      // Whoever renders the same sees it within a look.
      for (const [other, same] of at.entries())
        if (same?.segment === attempt.segment && same.ends < Number.POSITIVE_INFINITY)
          freeAt[other] = Math.min(freeAt[other] as number, now + 1);
    }
    if (now >= (deaths[next] as number)) {
      freeAt[next] = Number.POSITIVE_INFINITY;
      continue;
    }
    const usual = ended > 0 ? busy / ended : 10;
    const segment = waiting.shift() ?? (copies ? toCopy(at, copied, now, usual) : undefined);
    if (segment === undefined) {
      freeAt[next] = now + LOOK;
      continue;
    }
    const isCopy = at.some((one) => one?.segment === segment);
    const ends = now + (costs[segment] as number) / (speeds[next] as number) + PER_SEGMENT;
    const death = deaths[next] as number;
    if (death < ends) {
      freeAt[next] = Number.POSITIVE_INFINITY;
      at[next] = { segment, begun: now, ends: freeAt[next], isCopy }; // Until its silence is noticed, it seems to work.
      if (!isCopy) lost.push({ segment, at: death + SILENCE });
      continue;
    }
    at[next] = { segment, begun: now, ends, isCopy };
    freeAt[next] = ends;
  }
}

/** The segment that has been rendered for longest, and longer than usual, of those that nobody copies. */
function toCopy(
  at: readonly (Attempt | undefined)[],
  copied: Set<number>,
  now: number,
  usual: number,
): number | undefined {
  const chosen = at
    .filter(
      (one): one is Attempt => one !== undefined && !copied.has(one.segment) && now - one.begun >= usual,
    )
    .sort((one, other) => one.begun - other.begun)[0];
  if (chosen) copied.add(chosen.segment);
  return chosen?.segment;
}

function soonest(times: readonly number[]): number {
  let index = 0;
  for (let other = 1; other < times.length; other += 1)
    if ((times[other] as number) < (times[index] as number)) index = other;
  return index;
}

/** A number of the standard normal distribution. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
