import { join } from 'node:path';
import { ENCODINGS } from './encodings';
import { killed, succeeds } from './expected';
import { Harness } from './harness';
import { signal } from './processes';
import { Random } from './random';
import type { Ground, Outcome } from './run';
import { type Scenario, scenarioText } from './scenario';
import { at, type Trigger } from './triggers';

/** 600 frames in 40 segments. */
const FILM: Scenario = {
  ...{ source: 'threads', width: 320, height: 180, fps: '30', length: 600, first: 0, count: 600 },
  ...{ pace: 8, workers: 3, window: undefined, memory: undefined, segment: 15, lanes: 2 },
  ...{ audio: true, media: false, canvas: undefined, encoding: ENCODINGS[0], hasOld: true, overwrite: true },
};

/** One long render, killed so many times at random moments and resumed each time. */
export async function killResume(seed: number, kills: number, ground: Ground): Promise<Outcome> {
  const random = new Random(seed);
  const harness = await Harness.open(FILM, join(ground.folder, `run-${seed}`), ground.references);
  const began = performance.now();
  let runs = 0;
  for (let done = 0; done < kills && harness.promises.broken.length === 0; runs += 1) {
    const moment = drawMoment(random, done, kills);
    const program = harness.start({ args: harness.resuming() });
    await at(moment, harness, program);
    if (!program.isOver) signal(program.pid, 'SIGKILL');
    const ended = await harness.finish(program, killed);
    if (ended.signal === 'SIGKILL') done += 1;
    const verified = ended.lines.filter(({ type }) => type === 'segmentVerified').length;
    console.log(`  kill ${done} ${moment.text}: ${Harness.words(ended)}, ${verified} segments more`);
  }
  const last = await harness.finish(harness.start({ args: harness.resuming() }), succeeds);
  const seconds = (performance.now() - began) / 1000;
  const story = `${kills} kills, ${runs + 1} runs → ${Harness.words(last)}`;
  const { broken } = harness.promises;
  harness.close(ground.keep && broken.length > 0);
  return { seed, fault: 'kill -9 and resume', scenario: scenarioText(FILM), story, seconds, broken };
}

/** So that the render lasts for all of them: few segments between two kills, and its end is left to the last ones. */
function drawMoment(random: Random, done: number, kills: number): Trigger {
  const isLate = kills - done <= 3;
  const kind = isLate ? 'assembly' : random.pick(['start-up', 'segment', 'segment'] as const);
  const count = random.int(1, 2);
  const delay = random.int(0, { 'start-up': 1200, segment: 150, assembly: 200 }[kind]);
  return {
    text: `at ${kind} ${kind === 'segment' ? count : ''} + ${delay} ms`,
    mark: undefined,
    kind,
    count,
    delay,
  };
}
