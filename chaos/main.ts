/**
 * `npm run chaos -- [--runs N] [--seed S] [--only SEED] [--fault NAME] [--kill-resume N] [--cancel N] [--media] [--canvas] [--keep] [--farm]`: short
 * renders in which something goes wrong, each held against Filmgate's promises. Exits with 1 if one was broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults/all';
import { cancel } from './faults/ending';
import type { Fault } from './faults/fault';
import { closeHarnesses } from './harness';
import { killResume } from './killResume';
import { Random } from './random';
import { References } from './reference';
import { line, summary } from './report';
import { type Ground, type Outcome, play } from './run';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string' },
    only: { type: 'string' },
    fault: { type: 'string' },
    'kill-resume': { type: 'string' },
    cancel: { type: 'string' },
    keep: { type: 'boolean', default: false },
    farm: { type: 'boolean', default: false },
    media: { type: 'boolean', default: false },
    canvas: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.farm) {
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
    const { farmRuns } = require('./farm') as typeof import('./farm');
    process.exitCode = (await farmRuns(seed, Number(values.runs), values.fault)) > 0 ? 1 : 0;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'filmgate-chaos-'));
  const references = new References(folder);
  const ground = {
    folder,
    references,
    keep: values.keep,
    wanted: { media: values.media, canvas: values.canvas },
  };
  process.env.XDG_CACHE_HOME = join(folder, 'cache'); // All that is decoded lies there.
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  process.once('exit', () => {
    closeHarnesses();
    if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(signal));
  await references.begin();
  const kills = values['kill-resume'];
  const outcomes = kills
    ? [await killResume(seed, Number(kills), ground)]
    : await playAll(seed, values.cancel ? [cancel] : chosen(values.fault), ground);
  console.log(summary(seed, outcomes));
  if (values.keep) console.log(`The files of what went wrong are in ${folder}`);
  if (outcomes.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function playAll(seed: number, faults: readonly Fault[], ground: Ground): Promise<Outcome[]> {
  const random = new Random(seed);
  const count = Number(values.cancel ?? values.runs);
  const seeds = values.only
    ? [Number(values.only)]
    : Array.from({ length: count }, () => random.int(0, 2 ** 32 - 1));
  const outcomes: Outcome[] = [];
  for (const each of seeds) {
    outcomes.push(await play(each, faults, ground));
    console.log(line(outcomes.length, seeds.length, outcomes.at(-1) as Outcome, replay()));
  }
  return outcomes;
}

function chosen(name: string | undefined): readonly Fault[] {
  const faults = FAULTS.filter((fault) => name === undefined || fault.name === name);
  if (faults.length > 0) return faults;
  throw new TypeError(
    `there is no fault ${name}; there are: ${FAULTS.map((fault) => fault.name).join(', ')}`,
  );
}

/** The options that a run needs again beside its seed. */
function replay(): string {
  const wanted = `${values.media ? '--media ' : ''}${values.canvas ? '--canvas ' : ''}`;
  return values.cancel
    ? `--cancel 1 ${wanted}`
    : values.fault
      ? `--fault '${values.fault}' ${wanted}`
      : wanted;
}

function end(signal: NodeJS.Signals): void {
  console.error(`The runs were ended by ${signal}`);
  process.exit(130);
}

main().catch((error: Error) => {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(error instanceof TypeError ? 2 : 1);
});
