import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { findFFmpeg, render, threads } from '../src';
import { FFmpegProcess } from '../src/ffmpeg/ffmpegProcess';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { inFolder } from './support/folder';
import { movingPicture } from './support/movingPicture';

const SIZE = { width: 1920, height: 1080 };
const READY = 30; // frames that are ready in memory; both sides show them again and again
const FRAMES = 480;
const ROUNDS = 5;
const PRESETS = ['ultrafast', 'veryfast'] as const;
const LEAST_RATIO = 0.95;

/** How many frames FFmpeg had put out, and when. */
interface Report {
  readonly frames: number;
  readonly at: number;
}

interface Side {
  readonly args: readonly string[];
  readonly fps: number;
}

export const limit: Bench = {
  what: 'raw 1080p frames ready in memory → worker threads → Filmgate → x264, beside FFmpeg alone on a RAM disk',
  must: `Filmgate reaches ${LEAST_RATIO} of the rate of FFmpeg alone`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 90 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const file = join(folder, 'frames.rgba');
      await writeFile(file, movingPicture(SIZE, READY));

      const figures: Record<string, number> = {};
      const table: (string | number)[][] = [
        ['preset', 'FFmpeg alone fps', 'Filmgate fps', 'ratio', 'ratios of the rounds'],
      ];
      const ratios: number[] = [];
      for (const preset of PRESETS) {
        const gate: number[] = [];
        const alone: number[] = [];
        const { args } = await throughFilmgate(folder, file, preset, READY * 2); // Warms up, and tells the arguments.
        for (let turn = 0; turn < rounds; turn += 1) {
          say(`${preset}, round ${turn + 1} of ${rounds}`);
          const sides = [
            async () => gate.push((await throughFilmgate(folder, file, preset, frames)).fps),
            async () => alone.push(await ffmpegAlone(file, args, frames)),
          ];
          for (const side of turn % 2 === 0 ? sides : sides.reverse()) await side();
        }
        const perRound = gate.map((fps, turn) => fps / (alone[turn] as number));
        const ratio = median(perRound);
        ratios.push(ratio);
        figures[`${preset}FilmgateFramesPerSecond`] = round(median(gate));
        figures[`${preset}FFmpegAloneFramesPerSecond`] = round(median(alone));
        figures[`${preset}RatioToFFmpegAlone`] = round(ratio, 3);
        const each = perRound.map((value) => value.toFixed(3)).join(' ');
        table.push([preset, round(median(alone)), round(median(gate)), round(ratio, 3), each]);
      }
      return { pass: quick || ratios.every((ratio) => ratio >= LEAST_RATIO), figures, table };
    }),
};

async function throughFilmgate(folder: string, file: string, preset: string, frames: number): Promise<Side> {
  const reports: Report[] = [];
  let args: readonly string[] = [];
  const events = render({
    source: threads(join(__dirname, 'support/readyFrames.ts'), { params: { file, ...SIZE, frames } }),
    output: join(folder, 'video.mp4'),
    overwrite: true,
    preset,
    ffmpegArgs(list) {
      args = list;
      return list;
    },
  });
  await lastValueFrom(
    events.pipe(
      tap(
        (event) => event.type === 'encoded' && reports.push({ frames: event.frames, at: performance.now() }),
      ),
    ),
  );
  return { args, fps: rate(reports, frames) };
}

/** The same arguments, with the file in the place of the pipe, and a video beside it. */
async function ffmpegAlone(file: string, args: readonly string[], frames: number): Promise<number> {
  const input = args.indexOf('-i');
  const loop = ['-stream_loop', String(frames / READY - 1)];
  const fromFile = [
    ...args.slice(0, input),
    ...loop,
    '-i',
    file,
    ...args.slice(input + 2, -1),
    `${file}.mp4`,
  ];
  const reports: Report[] = [];
  const { path } = await findFFmpeg();
  const ffmpeg = new FFmpegProcess(path, fromFile);
  ffmpeg.progress.subscribe((report) => reports.push({ frames: report.frames, at: performance.now() }));
  const { code, stderr } = await ffmpeg.exited;
  if (code !== 0) throw new Error(`FFmpeg alone ended with exit code ${code}: ${stderr}`);
  return rate(reports, frames);
}

/** From FFmpeg's first report of a frame to its last: the start-up of neither side counts. */
function rate(reports: readonly Report[], frames: number): number {
  const first = reports.find((report) => report.frames > 0);
  const last = reports.at(-1);
  if (!first || last?.frames !== frames)
    throw new Error(`FFmpeg put out ${last?.frames} of ${frames} frames`);
  return ((last.frames - first.frames) * 1000) / (last.at - first.at);
}
