/** A long render of small frames, in a process of its own: samples its resident memory at each half a percent. */
import { extname, join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { render, threads } from '../../src';
import { answerParent } from './child';
import { resident, type Sample } from './resident';

export interface LongJob {
  readonly frames: number;
  readonly folder: string;
}

export interface LongAnswer {
  /** `at` is the share of frames that were written. */
  readonly samples: readonly Sample[];
  readonly framesPerSecond: number;
  readonly frames: number;
}

answerParent<LongJob, LongAnswer>(async ({ frames, folder }) => {
  const samples: Sample[] = [];
  const step = Math.round(frames / 200);
  let written = 0;
  const events = render({
    source: threads(join(__dirname, `smallScene${extname(__filename)}`), { params: { frames } }),
    output: join(folder, 'long.mp4'),
    overwrite: true,
    preset: 'ultrafast',
  }).pipe(
    tap((event) => {
      if (event.type !== 'written') return;
      written += 1;
      if (written % step === 0) samples.push(resident(written / frames));
    }),
  );
  const last = await lastValueFrom(events);
  if (last.type !== 'finished') throw new Error(`the render ended with ${last.type}`);
  const { result } = last;
  return { samples, frames: result.frames, framesPerSecond: result.frames / result.elapsedSeconds };
});
