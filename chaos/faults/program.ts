import { setTimeout as sleep } from 'node:timers/promises';
import { killed, succeeds } from '../expected';
import { Harness } from '../harness';
import { isFFmpeg, signal } from '../processes';
import type { Program } from '../program';
import { at, drawMoment, startUntil } from '../triggers';
import type { Fault } from './fault';

const ANY = ['start-up', 'frame', 'frame', 'segment', 'segment', 'flush', 'assembly', 'published'] as const;

/** `kill -9` of the program, once or several times, each time followed by `--resume`. */
const killProgram: Fault = {
  name: 'kill -9',
  weight: 16,
  fits: () => true,
  draw(random, scenario) {
    const first = drawMoment(random, scenario, ANY);
    const more = Array.from({ length: random.pick([0, 0, 1, 2]) }, () =>
      drawMoment(random, scenario, ['start-up', 'segment', 'assembly', 'published']),
    );
    return {
      text: [first, ...more].map(({ text }) => text).join(', then '),
      async run(harness) {
        harness.plan(first.mark);
        for (const moment of [first, ...more]) {
          const program = harness.start({ args: harness.resuming() });
          await at(moment, harness, program);
          if (await isKilledAndChecked(harness, program)) continue;
          return 'too late: done';
        }
        return Harness.words(await harness.finish(harness.start({ args: harness.resuming() }), succeeds));
      },
    };
  },
};

/** `kill -9` of the program when an FFmpeg is stopped, which then cannot end by itself. */
const killStopped: Fault = {
  name: 'kill -9 with FFmpeg stopped',
  weight: 3,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['frame', 'assembly']);
    const luck = random.next();
    return {
      text: moment.text,
      async run(harness) {
        const { program } = await startUntil(moment, harness);
        await harness.strike(program, isFFmpeg, 'SIGSTOP', luck);
        if (!(await isKilledAndChecked(harness, program))) return 'too late: done';
        return Harness.words(await harness.finish(harness.start({ args: harness.resuming() }), succeeds));
      },
    };
  },
};

async function isKilledAndChecked(harness: Harness, program: Program): Promise<boolean> {
  if (!program.isOver) signal(program.pid, 'SIGKILL');
  return (await harness.finish(program, killed)).code !== 0;
}

/** The program is stopped for longer than anybody has watchdog, and goes on: nobody has hung. */
const sleeps: Fault = {
  name: 'program paused',
  weight: 2,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['frame', 'flush', 'assembly']);
    return {
      text: `${moment.text} for 4 s`,
      async run(harness) {
        const { program, isThere } = await startUntil(moment, harness);
        if (isThere) {
          signal(program.pid, 'SIGSTOP');
          await sleep(4000);
          signal(program.pid, 'SIGCONT');
        }
        return Harness.words(await harness.finish(program, succeeds));
      },
    };
  },
};

export const PROGRAM_FAULTS = [killProgram, killStopped, sleeps];
