import { existsSync, statSync } from 'node:fs';
import type { Harness } from './harness';
import type { Program } from './program';
import type { Random } from './random';
import { isJoined, type Scenario } from './scenario';

type Kind = 'start-up' | 'frame' | 'segment' | 'flush' | 'assembly' | 'published';

/** A moment in the life of a render, by what is seen of it, and so many milliseconds later. */
export interface Trigger {
  readonly text: string;
  /** The frame at which the source has to tell of itself. */
  readonly mark: number | undefined;
  readonly kind: Kind;
  /** Of verified segments, for the kind `segment`. */
  readonly count: number;
  /** In milliseconds. */
  readonly delay: number;
}

/** The longest delay for each kind, in milliseconds. */
const LONGEST: Record<Kind, number> = {
  'start-up': 700,
  frame: 60,
  segment: 60,
  flush: 120,
  assembly: 200,
  published: 0,
};

/** A moment of one of some kinds, as far as the scenario knows them. */
export function drawMoment(random: Random, scenario: Scenario, kinds: readonly Kind[]): Trigger {
  const isPossible = (kind: Kind) =>
    kind === 'segment' ? scenario.segment !== undefined : kind === 'assembly' ? isJoined(scenario) : true;
  const kind = random.pick(kinds.filter(isPossible));
  const frame = scenario.first + random.int(0, scenario.count - 1);
  const segments = Math.ceil(scenario.count / (scenario.segment ?? scenario.count));
  const count = random.int(1, Math.max(1, segments - 1));
  const delay = random.int(0, LONGEST[kind]);
  const last = scenario.first + scenario.count - 1;
  const where = { frame: `frame ${frame}`, segment: `${count} verified segments` }[kind as string] ?? kind;
  return {
    text: `at ${where}${delay > 0 ? ` + ${delay} ms` : ''}`,
    mark: kind === 'frame' ? frame : kind === 'flush' ? last : undefined,
    ...{ kind, count, delay },
  };
}

/** Starts a render, and waits for a moment of its life; `isThere` is false when it ended before. */
export async function startUntil(
  moment: Trigger,
  harness: Harness,
): Promise<{ program: Program; isThere: boolean }> {
  harness.plan(moment.mark);
  const program = harness.start();
  return { program, isThere: await at(moment, harness, program) };
}

/** Waits for a moment of a program's life; false when the program ended before. */
export async function at(moment: Trigger, harness: Harness, program: Program): Promise<boolean> {
  const { output } = harness.places;
  const before = inodeOf(output);
  const counted = (type: string) => program.lines.filter((line) => line.type === type).length;
  const reached: Record<Kind, () => boolean> = {
    'start-up': () => true,
    frame: () => harness.isMarked,
    flush: () => harness.isMarked,
    segment: () => counted('segmentVerified') >= moment.count,
    assembly: () => counted('assembling') > 0,
    published: () => inodeOf(output) !== before && existsSync(output),
  };
  return (await program.until(reached[moment.kind])) && program.rest(moment.delay);
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
