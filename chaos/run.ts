import { join } from 'node:path';
import type { Fault } from './faults/fault';
import { Harness } from './harness';
import { Random } from './random';
import type { References } from './reference';
import { drawScenario, scenarioText, type Wanted } from './scenario';

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  readonly fault: string;
  readonly scenario: string;
  /** What went wrong, and what came of it. */
  readonly story: string;
  readonly seconds: number;
  /** The promises that were broken, and how. */
  readonly broken: readonly string[];
}

/** Where runs take place. */
export interface Ground {
  readonly folder: string;
  readonly references: References;
  /** Whether the files of runs stay. */
  readonly keep: boolean;
  /** What all that is rendered has. */
  readonly wanted: Wanted;
}

/** One run: what is rendered, and what goes wrong when, follows from the seed. */
export async function play(seed: number, faults: readonly Fault[], ground: Ground): Promise<Outcome> {
  const random = new Random(seed);
  const drawn = drawScenario(random, ground.wanted);
  const fitting = faults.filter((fault) => fault.fits(drawn));
  const fault = random.weighted(fitting.length > 0 ? fitting : faults);
  const { text, scenario = drawn, run } = fault.draw(random, drawn);
  const told = { seed, fault: fault.name, scenario: scenarioText(scenario) };
  let harness: Harness;
  try {
    harness = await Harness.open(scenario, join(ground.folder, `run-${seed}`), ground.references);
  } catch (error) {
    return {
      ...told,
      story: `${text} → not begun`,
      seconds: 0,
      broken: [`promise 2: ${(error as Error).message}`],
    };
  }
  const began = performance.now();
  const { broken } = harness.promises;
  const end = await run(harness).catch((error: Error) => {
    broken.push(`the run itself failed: ${error.stack}`);
    return 'failed';
  });
  const seconds = (performance.now() - began) / 1000;
  harness.close(ground.keep && broken.length > 0);
  return { ...told, story: `${text} → ${end}`, seconds, broken };
}
