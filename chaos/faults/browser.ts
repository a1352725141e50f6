import { mayFail, succeeds } from '../expected';
import { Harness } from '../harness';
import { isBrowser, isRenderer } from '../processes';
import { drawMoment, startUntil } from '../triggers';
import type { Fault } from './fault';

const PROCESSES = { renderer: isRenderer, browser: isBrowser };

/** SIGKILL or SIGSTOP of a renderer or a browser while frames are captured: the worker is replaced. */
const atWork: Fault = {
  name: 'Chromium',
  weight: 14,
  fits: ({ source }) => source === 'page',
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['frame']);
    const what = random.pick(['renderer', 'browser'] as const);
    const signal = random.pick(['SIGKILL', 'SIGSTOP'] as const);
    const luck = random.next();
    return {
      text: `${signal} of a ${what} ${moment.text}`,
      async run(harness) {
        const { program, isThere } = await startUntil(moment, harness);
        if (isThere) await harness.strike(program, PROCESSES[what], signal, luck);
        const ended = await harness.finish(program, succeeds);
        if (signal === 'SIGSTOP') harness.promises.checkBlame(ended, 'capture');
        return Harness.words(ended);
      },
    };
  },
};

/** The same while the page is loaded for the first time, where nothing is retried. */
const atStart: Fault = {
  name: 'Chromium at its start',
  weight: 3,
  fits: ({ source }) => source === 'page',
  draw(random, scenario) {
    const what = random.pick(['renderer', 'browser'] as const);
    const signal = random.pick(['SIGKILL', 'SIGSTOP'] as const);
    const delay = random.int(0, 300);
    return {
      text: `${signal} of a ${what} + ${delay} ms`,
      scenario: { ...scenario, workers: 1 },
      async run(harness) {
        const program = harness.start();
        await harness.find(program, PROCESSES[what], 0);
        await program.rest(delay);
        await harness.strike(program, PROCESSES[what], signal, 0);
        const codes = ['WORKER_DIED', 'PAGE_NOT_READY', 'PAGE_FAILED', 'BROWSER_INVALID'] as const;
        const ended = await harness.finish(program, mayFail(...codes));
        if (signal === 'SIGSTOP') harness.promises.checkBlame(ended, 'capture');
        await harness.recover(ended);
        return Harness.words(ended);
      },
    };
  },
};

export const BROWSER_FAULTS = [atWork, atStart];
