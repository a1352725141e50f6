import { mayFail, succeeds } from '../expected';
import { drawMoment, startUntil } from '../moments';
import { isBrowser, isRenderer } from '../processes';
import { Stage } from '../stage';
import type { Fault } from './fault';

const PROCESSES = { renderer: isRenderer, browser: isBrowser };

/** SIGKILL or SIGSTOP of a renderer or a browser while frames are captured: the worker is replaced. */
const atWork: Fault = {
  name: 'Chromium',
  weight: 14,
  fits: ({ source }) => source === 'page',
  draw(random, film) {
    const moment = drawMoment(random, film, ['frame']);
    const what = random.pick(['renderer', 'browser'] as const);
    const signal = random.pick(['SIGKILL', 'SIGSTOP'] as const);
    const luck = random.next();
    return {
      text: `${signal} of a ${what} ${moment.text}`,
      async run(stage) {
        const { program, isThere } = await startUntil(moment, stage);
        if (isThere) await stage.strike(program, PROCESSES[what], signal, luck);
        const ended = await stage.finish(program, succeeds);
        if (signal === 'SIGSTOP') stage.promises.checkBlame(ended, 'capture');
        return Stage.words(ended);
      },
    };
  },
};

/** The same while the page is loaded for the first time, where nothing is retried. */
const atStart: Fault = {
  name: 'Chromium at its start',
  weight: 3,
  fits: ({ source }) => source === 'page',
  draw(random, film) {
    const what = random.pick(['renderer', 'browser'] as const);
    const signal = random.pick(['SIGKILL', 'SIGSTOP'] as const);
    const delay = random.int(0, 300);
    return {
      text: `${signal} of a ${what} + ${delay} ms`,
      film: { ...film, workers: 1 },
      async run(stage) {
        const program = stage.start();
        await stage.find(program, PROCESSES[what], 0);
        await program.rest(delay);
        await stage.strike(program, PROCESSES[what], signal, 0);
        const codes = ['WORKER_DIED', 'PAGE_NOT_READY', 'PAGE_FAILED', 'BROWSER_INVALID'] as const;
        const ended = await stage.finish(program, mayFail(...codes));
        if (signal === 'SIGSTOP') stage.promises.checkBlame(ended, 'capture');
        await stage.recover(ended);
        return Stage.words(ended);
      },
    };
  },
};

export const BROWSER_FAULTS = [atWork, atStart];
