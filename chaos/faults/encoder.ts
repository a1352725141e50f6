import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { fails, mayFail, succeeds } from '../expected';
import { Harness } from '../harness';
import { isEncoder, isFFmpeg, signal } from '../processes';
import { drawMoment, startUntil } from '../triggers';
import type { Fault } from './fault';

const ALIVE = ['frame', 'segment', 'flush', 'assembly'] as const;

/** SIGKILL of an FFmpeg, whatever it is at. */
const killed: Fault = {
  name: 'FFmpeg killed',
  weight: 6,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ALIVE);
    const luck = random.next();
    return {
      text: moment.text,
      async run(harness) {
        const { program, isThere } = await startUntil(moment, harness);
        const struck = isThere && (await harness.strike(program, isFFmpeg, 'SIGKILL', luck));
        const expected = struck ? mayFail('ENCODE_FAILED', 'VIDEO_INVALID') : succeeds;
        const ended = await harness.finish(program, expected);
        await harness.recover(ended);
        return `${struck ? '' : 'too late: '}${Harness.words(ended)}`;
      },
    };
  },
};

/** SIGSTOP of an FFmpeg: it is the encoder that stalls, and nobody else is blamed. */
const stopped: Fault = {
  name: 'FFmpeg stopped',
  weight: 5,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ALIVE);
    const luck = random.next();
    return {
      text: moment.text,
      async run(harness) {
        const { program, isThere } = await startUntil(moment, harness);
        const struck = isThere && (await harness.strike(program, isFFmpeg, 'SIGSTOP', luck));
        const ended = await harness.finish(program, struck ? mayFail('ENCODER_STALLED') : succeeds);
        harness.promises.checkBlame(ended, 'encoder');
        await harness.recover(ended);
        return `${struck ? '' : 'too late: '}${Harness.words(ended)}`;
      },
    };
  },
};

/** SIGSTOP, and SIGCONT before anybody has lost watchdog: nothing comes of it. */
const paused: Fault = {
  name: 'FFmpeg paused',
  weight: 2,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['frame', 'flush']);
    const luck = random.next();
    const milliseconds = random.int(50, 1000);
    return {
      text: `${moment.text} for ${milliseconds} ms`,
      async run(harness) {
        const { program, isThere } = await startUntil(moment, harness);
        const struck = isThere && (await harness.strike(program, isEncoder, 'SIGSTOP', luck));
        await sleep(milliseconds);
        if (struck) signal(struck.pid, 'SIGCONT');
        return Harness.words(await harness.finish(program, succeeds));
      },
    };
  },
};

/** How a program that stands in for FFmpeg ends; see `fixtures/early.bash`. */
const EARLY = {
  stops: 'ends well after some frames',
  swallows: 'encodes some frames, and swallows the others',
  fails: 'fails after some bytes',
  leaves: 'ends at once',
};

/** An FFmpeg that ends by itself before it has encoded what it should. */
const early: Fault = {
  name: 'FFmpeg ends early',
  weight: 5,
  fits: () => true,
  draw(random, scenario) {
    const how = random.pick(Object.keys(EARLY) as (keyof typeof EARLY)[]);
    const frames = random.int(1, 8);
    const segments = Math.ceil(scenario.count / (scenario.segment ?? scenario.count));
    const segment = random.int(0, Math.max(0, segments - 2));
    return {
      text: `${EARLY[how]}${scenario.segment ? `, of segment ${segment}` : ''}`,
      async run(harness) {
        const path = join(harness.folder, 'ffmpeg');
        const { path: real } = await findFFmpeg();
        writeFileSync(path, standIn({ real, state: harness.places.state, calls: segment, frames, how }));
        chmodSync(path, 0o755);
        const program = harness.start({ args: ['--ffmpeg', path] });
        const ended = await harness.finish(program, fails('ENCODE_FAILED', 'FRAMES_LOST'));
        harness.promises.checkBlame(ended, 'encoder');
        await harness.recover(ended);
        return Harness.words(ended);
      },
    };
  },
};

function standIn(variables: Readonly<Record<string, string | number>>): string {
  const settings = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  return ['#!/bin/bash', ...settings, `source '${join(__dirname, '../fixtures/early.bash')}'`, ''].join('\n');
}

export const ENCODER_FAULTS = [killed, stopped, paused, early];
