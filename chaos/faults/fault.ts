import type { Harness } from '../harness';
import type { Random } from '../random';
import type { Scenario } from '../scenario';

/** Something that goes wrong in a run. */
export interface Fault {
  readonly name: string;
  /** How often it is drawn, in relation to the others. */
  readonly weight: number;
  /** Whether it can happen to such a scenario. */
  fits(scenario: Scenario): boolean;
  /** Draws how it happens this time. */
  draw(random: Random, scenario: Scenario): FaultRun;
}

/** A fault with nothing left open. */
export interface FaultRun {
  /** What happens when, in words. */
  readonly text: string;
  /** The scenario, where the fault needs another one. */
  readonly scenario?: Scenario;
  /** Renders, has it happen, and checks the promises whenever a program has ended. Returns what came of it, in words. */
  run(harness: Harness): Promise<string>;
}
