/** The founding case, one side of it in a process of its own: three workers at 35 fps, FFmpeg held to 60 fps. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { lastValueFrom, takeUntil, tap, timer } from 'rxjs';
import { inline, type RawFormat, type RenderOptions, render } from '../../src';
import { planOpenEncoder } from '../../src/encode/planEncoder';
import { openOutput } from '../../src/output/planOutput';
import { answerParent } from './child';
import { resident, type Sample } from './resident';

export interface FoundingJob {
  readonly side: 'naive' | 'filmgate';
  readonly seconds: number;
  readonly folder: string;
}

export interface FoundingAnswer {
  /** Once for each quarter of a second. */
  readonly samples: readonly Sample[];
  readonly window: number;
  readonly peakOutstanding: number;
  readonly written: number;
}

const WORKERS = 3;
const CAPTURE_MILLISECONDS = 1000 / 35;
const FPS = 60;
const FORMAT: RawFormat = { width: 500, height: 250, pixels: 'rgba' }; // 500,000 bytes

/** A frame as a browser or a socket hands it over: memory of its own. */
function frame(index: number): Uint8Array {
  return new Uint8Array(FORMAT.width * FORMAT.height * 4).fill(index);
}

/** Workers that keep to their rate on the whole, however late a timer is. */
function paced(): () => Promise<void> {
  let due = performance.now();
  return async () => {
    due = Math.max(due + CAPTURE_MILLISECONDS, performance.now() - CAPTURE_MILLISECONDS);
    await wait(Math.max(0, due - performance.now()));
  };
}

function settings({ side, folder }: FoundingJob) {
  return {
    output: join(folder, `${side}.mp4`),
    overwrite: true,
    preset: 'ultrafast',
    /** FFmpeg reads no faster than the frames are shown. */
    ffmpegArgs: (args: string[]) => args.flatMap((arg) => (arg === '-i' ? ['-re', arg] : [arg])),
  };
}

class Count {
  readonly samples: Sample[] = [];
  written = 0;
  peakOutstanding = 0;
  private outstanding = 0;
  private readonly start = performance.now();
  private readonly sampling = setInterval(() => {
    this.samples.push(resident((performance.now() - this.start) / 1000));
  }, 250);

  requested(): void {
    this.outstanding += 1;
    this.peakOutstanding = Math.max(this.peakOutstanding, this.outstanding);
  }

  drained(): void {
    this.outstanding -= 1;
    this.written += 1;
  }

  answer(window: number): FoundingAnswer {
    clearInterval(this.sampling);
    const { samples, written, peakOutstanding } = this;
    return { samples, written, peakOutstanding, window };
  }
}

/** What the renderer did: `stdin.write`, and its answer ignored. */
async function naive(job: FoundingJob): Promise<FoundingAnswer> {
  const {
    ffmpeg,
    args,
    output: plan,
  } = await planOpenEncoder({ ...settings(job), format: FORMAT, fps: FPS });
  const output = openOutput(plan);
  output.begin();
  const child = spawn(ffmpeg.path, args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
  (child.stdio[3] as Readable).resume(); // FFmpeg 7 does not go on without a place for its progress.
  const stdin = child.stdin as Writable;
  stdin.on('error', () => {}); // It is killed in the end, with frames on their way.
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const count = new Count();
  const end = performance.now() + job.seconds * 1000;
  const sorted = new Map<number, Uint8Array>();
  let requested = 0;
  let next = 0;
  const worker = async () => {
    const turn = paced();
    while (performance.now() < end) {
      const index = requested++;
      count.requested();
      await turn();
      sorted.set(index, frame(index));
      for (let due = sorted.get(next); due; due = sorted.get(next)) {
        sorted.delete(next++);
        stdin.write(due, () => count.drained());
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const answer = count.answer(0);
  if (child.exitCode !== null) throw new Error(`FFmpeg ended by itself, with exit code ${child.exitCode}`);
  child.kill('SIGKILL');
  await exited;
  await output.discard();
  return answer;
}

async function filmgate(job: FoundingJob): Promise<FoundingAnswer> {
  const turns = new Map<string, () => Promise<void>>();
  const options: RenderOptions = {
    ...settings(job),
    workers: WORKERS,
    source: inline({
      format: FORMAT,
      fps: FPS,
      frames: FPS * (job.seconds + 60), // More than there is time for: both sides are stopped in the middle.
      async capture({ index, worker }) {
        const turn = turns.get(worker) ?? paced();
        turns.set(worker, turn);
        await turn();
        return frame(index);
      },
    }),
  };
  const count = new Count();
  let window = 0;
  let closed = () => {};
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const events = render({ ...options, onClosed: () => closed() }).pipe(
    tap((event) => {
      if (event.type === 'planned') window = event.plan.window;
      if (event.type === 'requested') count.requested();
      if (event.type === 'written') count.drained();
    }),
    takeUntil(timer(job.seconds * 1000)),
  );
  await lastValueFrom(events);
  const answer = count.answer(window);
  await whenClosed;
  return answer;
}

answerParent<FoundingJob, FoundingAnswer>((job) => (job.side === 'naive' ? naive(job) : filmgate(job)));
