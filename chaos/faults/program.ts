import { setTimeout as sleep } from 'node:timers/promises';
import { killed, succeeds } from '../expected';
import { at, drawMoment, startUntil } from '../moments';
import { isFFmpeg, signal } from '../processes';
import type { Program } from '../program';
import { Stage } from '../stage';
import type { Fault } from './fault';

const ANY = ['start-up', 'frame', 'frame', 'segment', 'segment', 'flush', 'assembly', 'published'] as const;

/** `kill -9` of the program, once or several times, each time followed by `--resume`. */
const killProgram: Fault = {
  name: 'kill -9',
  weight: 16,
  fits: () => true,
  draw(random, film) {
    const first = drawMoment(random, film, ANY);
    const more = Array.from({ length: random.pick([0, 0, 1, 2]) }, () =>
      drawMoment(random, film, ['start-up', 'segment', 'assembly', 'published']),
    );
    return {
      text: [first, ...more].map(({ text }) => text).join(', then '),
      async run(stage) {
        stage.plan(first.mark);
        for (const moment of [first, ...more]) {
          const program = stage.start({ args: stage.resuming() });
          await at(moment, stage, program);
          if (await isKilledAndChecked(stage, program)) continue;
          return 'too late: done';
        }
        return Stage.words(await stage.finish(stage.start({ args: stage.resuming() }), succeeds));
      },
    };
  },
};

/** `kill -9` of the program when an FFmpeg is stopped, which then cannot end by itself. */
const killStopped: Fault = {
  name: 'kill -9 with FFmpeg stopped',
  weight: 3,
  fits: () => true,
  draw(random, film) {
    const moment = drawMoment(random, film, ['frame', 'assembly']);
    const luck = random.next();
    return {
      text: moment.text,
      async run(stage) {
        const { program } = await startUntil(moment, stage);
        await stage.strike(program, isFFmpeg, 'SIGSTOP', luck);
        if (!(await isKilledAndChecked(stage, program))) return 'too late: done';
        return Stage.words(await stage.finish(stage.start({ args: stage.resuming() }), succeeds));
      },
    };
  },
};

async function isKilledAndChecked(stage: Stage, program: Program): Promise<boolean> {
  if (!program.isOver) signal(program.pid, 'SIGKILL');
  return (await stage.finish(program, killed)).code !== 0;
}

/** The program is stopped for longer than anybody has patience, and goes on: nobody has hung. */
const sleeps: Fault = {
  name: 'program paused',
  weight: 2,
  fits: () => true,
  draw(random, film) {
    const moment = drawMoment(random, film, ['frame', 'flush', 'assembly']);
    return {
      text: `${moment.text} for 4 s`,
      async run(stage) {
        const { program, isThere } = await startUntil(moment, stage);
        if (isThere) {
          signal(program.pid, 'SIGSTOP');
          await sleep(4000);
          signal(program.pid, 'SIGCONT');
        }
        return Stage.words(await stage.finish(program, succeeds));
      },
    };
  },
};

export const PROGRAM_FAULTS = [killProgram, killStopped, sleeps];
