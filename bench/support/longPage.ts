/** A long render of a small page, in a process of its own: samples what memory it has at each half a percent. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { render } from '../../src';
import { chromium } from '../../src/chromium';
import { ResourceMeter } from '../../src/process/resourceMeter';
import { answerParent } from './child';

export interface LongPageJob {
  readonly page: string;
  readonly capture: 'beginframe' | 'canvas';
  readonly frames: number;
}

/** Bytes, when the share `at` of the frames was written. What processes share counts for each of them. */
export interface PageSample {
  readonly at: number;
  readonly node: number;
  readonly browsers: number;
  readonly shm: number;
}

export interface LongPageAnswer {
  readonly samples: readonly PageSample[];
  readonly framesPerSecond: number;
}

answerParent<LongPageJob, LongPageAnswer>(async ({ page, capture, frames }) => {
  const folder = mkdtempSync(join(tmpdir(), 'filmgate-hour-')); // Not in memory: the film grows.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const meter = new ResourceMeter();
  const before = sharedMemory();
  const samples: PageSample[] = [];
  const step = Math.ceil(frames / 200);
  let written = 0;
  const events = render({
    source: chromium(page, { capture }),
    ...{ fps: 30, size: { width: 320, height: 180 }, duration: frames / 30, workers: 1, preset: 'ultrafast' },
    ...{ output: join(folder, 'long.mp4'), overwrite: true },
  }).pipe(
    tap((event) => {
      if (event.type === 'captureFallback') throw new Error(`captured by screenshots: ${event.message}`);
      if (event.type !== 'written') return;
      written += 1;
      if (written % step !== 0) return;
      const { node, browsers } = meter.measure();
      const shm = sharedMemory() - before;
      samples.push({ at: written / frames, node: node.memory, browsers: browsers?.memory ?? 0, shm });
    }),
  );
  const last = await lastValueFrom(events);
  if (last.type !== 'finished') throw new Error(`the render ended with ${last.type}`);
  const { result } = last;
  return { samples, framesPerSecond: result.frames / result.elapsedSeconds };
});

function sharedMemory(): number {
  if (!existsSync('/dev/shm')) return 0;
  const { blocks, bfree, bsize } = statfsSync('/dev/shm');
  return (blocks - bfree) * bsize;
}
