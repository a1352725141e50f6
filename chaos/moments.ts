import { existsSync, statSync } from 'node:fs';
import { type Film, isJoined } from './film';
import type { Program } from './program';
import type { Random } from './random';
import type { Stage } from './stage';

type Kind = 'start-up' | 'frame' | 'segment' | 'flush' | 'assembly' | 'published';

/** A moment in the life of a render, by what is seen of it, and so many milliseconds later. */
export interface Moment {
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

/** A moment of one of some kinds, as far as the film knows them. */
export function drawMoment(random: Random, film: Film, kinds: readonly Kind[]): Moment {
  const isPossible = (kind: Kind) =>
    kind === 'segment' ? film.segment !== undefined : kind === 'assembly' ? isJoined(film) : true;
  const kind = random.pick(kinds.filter(isPossible));
  const frame = film.first + random.int(0, film.count - 1);
  const segments = Math.ceil(film.count / (film.segment ?? film.count));
  const count = random.int(1, Math.max(1, segments - 1));
  const delay = random.int(0, LONGEST[kind]);
  const last = film.first + film.count - 1;
  const where = { frame: `frame ${frame}`, segment: `${count} verified segments` }[kind as string] ?? kind;
  return {
    text: `at ${where}${delay > 0 ? ` + ${delay} ms` : ''}`,
    mark: kind === 'frame' ? frame : kind === 'flush' ? last : undefined,
    ...{ kind, count, delay },
  };
}

/** Starts a render, and waits for a moment of its life; `isThere` is false when it ended before. */
export async function startUntil(
  moment: Moment,
  stage: Stage,
): Promise<{ program: Program; isThere: boolean }> {
  stage.plan(moment.mark);
  const program = stage.start();
  return { program, isThere: await at(moment, stage, program) };
}

/** Waits for a moment of a program's life; false when the program ended before. */
export async function at(moment: Moment, stage: Stage, program: Program): Promise<boolean> {
  const { output } = stage.places;
  const before = inodeOf(output);
  const counted = (type: string) => program.lines.filter((line) => line.type === type).length;
  const reached: Record<Kind, () => boolean> = {
    'start-up': () => true,
    frame: () => stage.isMarked,
    flush: () => stage.isMarked,
    segment: () => counted('segmentVerified') >= moment.count,
    assembly: () => counted('assembling') > 0,
    published: () => inodeOf(output) !== before && existsSync(output),
  };
  return (await program.until(reached[moment.kind])) && program.rest(moment.delay);
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
