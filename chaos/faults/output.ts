import { renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ENCODINGS } from '../encodings';
import { mayFail, succeeds } from '../expected';
import { Harness } from '../harness';
import { at, drawMoment } from '../triggers';
import type { Fault } from './fault';

/** As a file that may not grow fails otherwise than a disk that is full. */
const LIMITED = ['ENCODE_FAILED', 'VIDEO_INVALID'] as const;

const limited = (bytes: number) => (command: readonly string[]) => [
  ...['bash', '-c', `ulimit -f ${Math.ceil(Math.max(bytes, LEAST_FILE) / 1024)}; exec "$@"`, 'bash'],
  ...command,
];

const LEAST_FILE = 64 * 1024; // bytes: the manifest is a file too.

/** A disk that is full before the video is there. */
const fullDisk: Fault = {
  name: 'disk full',
  weight: 6,
  fits: () => true,
  draw(random, scenario) {
    const share = 0.05 + random.next() * (scenario.segment ? 1.8 : 0.9);
    const isLimit = random.chance(0.3) && scenario.source !== 'page'; // A browser has large files of its own.
    return {
      text: `${isLimit ? 'no file larger than' : 'room for'} ${share.toFixed(2)} of the video`,
      scenario: {
        ...scenario,
        hasOld: false,
        encoding: scenario.encoding.isExact ? scenario.encoding : ENCODINGS[0],
      },
      async run(harness) {
        const bytes = Math.ceil((await harness.usualBytes()) * share);
        const disk = isLimit ? undefined : harness.mount(bytes);
        const program = harness.start(disk ? {} : { wrap: limited(bytes) });
        const ended = await harness.finish(program, mayFail('DISK_FULL', ...(disk ? [] : LIMITED)));
        disk?.grow();
        await harness.recover(ended);
        return Harness.words(ended);
      },
    };
  },
};

/** Somebody removes the output's folder in the middle of the render. */
const folderGone: Fault = {
  name: 'output folder removed',
  weight: 4,
  fits: () => true,
  draw(random, scenario) {
    const moment = drawMoment(random, scenario, ['frame', 'segment', 'flush', 'assembly']);
    return {
      text: moment.text,
      async run(harness) {
        const gone = join(harness.folder, 'gone');
        harness.plan(moment.mark);
        const program = harness.start();
        const isThere = await at(moment, harness, program);
        if (isThere) {
          renameSync(dirname(harness.places.output), gone); // At once; to remove a folder takes its time.
          harness.promises.forget(join(gone, basename(harness.places.output)));
          rmSync(gone, { recursive: true, force: true, maxRetries: 5 });
        }
        const codes = ['ENCODE_FAILED', 'OUTPUT_UNWRITABLE', 'PUBLISH_FAILED', 'VIDEO_INVALID'] as const;
        const ended = await harness.finish(program, isThere ? mayFail(...codes) : succeeds);
        return Harness.words(ended);
      },
    };
  },
};

/** Two renders of one output at the same time: the second refuses. */
const two: Fault = {
  name: 'two renders at once',
  weight: 4,
  fits: ({ hasOld, overwrite }) => hasOld || overwrite,
  draw(random) {
    const delay = random.pick([0, random.int(0, 100), random.int(0, 1200)]);
    return {
      text: `the second after ${delay} ms`,
      async run(harness) {
        const programs = [harness.start()];
        await programs[0]?.rest(delay);
        programs.push(harness.start());
        const ends = await Promise.all(programs.map(({ ended }) => ended));
        for (const program of programs) await harness.finish(program, mayFail('OUTPUT_BUSY'));
        const [earlier, later] = ends
          .filter(({ code }) => code === 0)
          .sort((one, other) => one.at - other.at);
        const start = later?.lines.find(({ requested }) => requested > 0)?.heard ?? Number.POSITIVE_INFINITY;
        if (!earlier) harness.promises.break(2, 'both of two renders failed');
        else if (start < earlier.at)
          harness.promises.break(1, 'two renders of one output were at work at once');
        return ends.map(Harness.words).join(', ');
      },
    };
  },
};

export const OUTPUT_FAULTS = [fullDisk, folderGone, two];
