import { renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ENCODINGS } from '../encodings';
import { mayFail, succeeds } from '../expected';
import { at, drawMoment } from '../moments';
import { Stage } from '../stage';
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
  draw(random, film) {
    const share = 0.05 + random.next() * (film.segment ? 1.8 : 0.9);
    const isLimit = random.chance(0.3) && film.source !== 'page'; // A browser has large files of its own.
    return {
      text: `${isLimit ? 'no file larger than' : 'room for'} ${share.toFixed(2)} of the video`,
      film: { ...film, hasOld: false, encoding: film.encoding.isExact ? film.encoding : ENCODINGS[0] },
      async run(stage) {
        const bytes = Math.ceil((await stage.usualBytes()) * share);
        const disk = isLimit ? undefined : stage.mount(bytes);
        const program = stage.start(disk ? {} : { wrap: limited(bytes) });
        const ended = await stage.finish(program, mayFail('DISK_FULL', ...(disk ? [] : LIMITED)));
        disk?.grow();
        await stage.recover(ended);
        return Stage.words(ended);
      },
    };
  },
};

/** Somebody removes the output's folder in the middle of the render. */
const folderGone: Fault = {
  name: 'output folder removed',
  weight: 4,
  fits: () => true,
  draw(random, film) {
    const moment = drawMoment(random, film, ['frame', 'segment', 'flush', 'assembly']);
    return {
      text: moment.text,
      async run(stage) {
        const gone = join(stage.folder, 'gone');
        stage.plan(moment.mark);
        const program = stage.start();
        const isThere = await at(moment, stage, program);
        if (isThere) {
          renameSync(dirname(stage.places.output), gone); // At once; to remove a folder takes its time.
          stage.promises.forget(join(gone, basename(stage.places.output)));
          rmSync(gone, { recursive: true, force: true, maxRetries: 5 });
        }
        const codes = ['ENCODE_FAILED', 'OUTPUT_UNWRITABLE', 'PUBLISH_FAILED', 'VIDEO_INVALID'] as const;
        const ended = await stage.finish(program, isThere ? mayFail(...codes) : succeeds);
        return Stage.words(ended);
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
      async run(stage) {
        const programs = [stage.start()];
        await programs[0]?.rest(delay);
        programs.push(stage.start());
        const ends = await Promise.all(programs.map(({ ended }) => ended));
        for (const program of programs) await stage.finish(program, mayFail('OUTPUT_BUSY'));
        const [earlier, later] = ends
          .filter(({ code }) => code === 0)
          .sort((one, other) => one.at - other.at);
        const start = later?.lines.find(({ requested }) => requested > 0)?.heard ?? Number.POSITIVE_INFINITY;
        if (!earlier) stage.promises.break(2, 'both of two renders failed');
        else if (start < earlier.at)
          stage.promises.break(1, 'two renders of one output were at work at once');
        return ends.map(Stage.words).join(', ');
      },
    };
  },
};

export const OUTPUT_FAULTS = [fullDisk, folderGone, two];
