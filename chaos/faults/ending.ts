import { cancelled } from '../expected';
import { Harness } from '../harness';
import { isBrowser, isFFmpeg, signal } from '../processes';
import { at, drawMoment, startUntil } from '../triggers';
import type { Fault } from './fault';

const ANY = ['start-up', 'start-up', 'frame', 'segment', 'flush', 'assembly', 'published'] as const;
const LONGEST = 5000; // ms

/** Ctrl-C or SIGTERM at any moment, also when something else has just been stopped or hangs. */
export const cancel: Fault = {
  name: 'cancel',
  weight: 10,
  fits: () => true,
  draw(random, scenario) {
    const name = random.pick(['SIGINT', 'SIGTERM'] as const);
    const trouble = random.pick([
      'none',
      'none',
      'FFmpeg stopped',
      'source hangs',
      'source fails',
      'browser stopped',
    ]);
    const isSource = trouble.startsWith('source');
    const hasTrouble = trouble !== 'none' && (trouble !== 'browser stopped' || scenario.source === 'page');
    const moment = drawMoment(random, scenario, hasTrouble ? ['frame'] : ANY);
    const delay = random.int(0, isSource ? 1200 : 300);
    const luck = random.next();
    return {
      text: `${name} ${moment.text}${hasTrouble ? `, ${trouble}, + ${delay} ms` : ''}`,
      async run(harness) {
        const frame = moment.mark ?? scenario.first;
        const kind = trouble === 'source fails' ? 'throw' : 'never';
        harness.plan(moment.mark, isSource ? { kind, frame, times: 1000 } : undefined);
        const program = harness.start();
        await at(moment, harness, program);
        if (trouble === 'FFmpeg stopped') await harness.strike(program, isFFmpeg, 'SIGSTOP', luck);
        if (trouble === 'browser stopped' && hasTrouble)
          await harness.strike(program, isBrowser, 'SIGSTOP', luck);
        if (hasTrouble) await program.rest(delay);
        const asked = performance.now();
        if (!program.isOver) signal(program.pid, name);
        const codes = isSource ? (['CAPTURE_FAILED', 'FRAME_STALLED', 'PAGE_NOT_READY'] as const) : [];
        const expected = cancelled(name);
        const ended = await harness.finish(program, { ...expected, codes: [...expected.codes, ...codes] });
        const took = harness.promises.checkQuick(ended.at - asked, LONGEST);
        await harness.recover(ended);
        return `${Harness.words(ended)} within ${took}`;
      },
    };
  },
};

/** A second Ctrl-C, for those who cannot wait. */
const second: Fault = {
  name: 'second Ctrl-C',
  weight: 3,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['start-up', 'frame', 'assembly']);
    const delay = random.int(101, 300);
    const isStopped = random.chance(0.5);
    return {
      text: `${moment.text}, + ${delay} ms${isStopped ? ', FFmpeg stopped' : ''}`,
      async run(harness) {
        const { program } = await startUntil(moment, harness);
        if (isStopped) await harness.strike(program, isFFmpeg, 'SIGSTOP', 0);
        const asked = performance.now();
        if (!program.isOver) signal(program.pid, 'SIGINT');
        if (await program.rest(delay)) signal(program.pid, 'SIGINT');
        const ended = await harness.finish(program, cancelled('SIGINT'));
        const took = harness.promises.checkQuick(ended.at - asked, LONGEST);
        await harness.recover(ended);
        return `${Harness.words(ended)} within ${took}`;
      },
    };
  },
};

export const ENDING_FAULTS = [cancel, second];
