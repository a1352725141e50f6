import type { Film } from '../film';
import type { Random } from '../random';
import type { Stage } from '../stage';

/** Something that goes wrong in a run. */
export interface Fault {
  readonly name: string;
  /** How often it is drawn, in relation to the others. */
  readonly weight: number;
  /** Whether it can happen to such a film. */
  fits(film: Film): boolean;
  /** Draws how it happens this time. */
  draw(random: Random, film: Film): Play;
}

/** A fault with nothing left open. */
export interface Play {
  /** What happens when, in words. */
  readonly text: string;
  /** The film, where the fault needs another one. */
  readonly film?: Film;
  /** Renders, has it happen, and checks the promises whenever a program has ended. Returns what came of it, in words. */
  run(stage: Stage): Promise<string>;
}
