import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { findFFmpeg } from '../src';
import { MediaLibrary } from '../src/capture/chromium/media/mediaLibrary';
import { servePage } from '../src/capture/chromium/pageServer';
import { type BrowserProgram, findBrowser } from '../src/chromium';
import { RepeatingInput } from '../src/encode/repeatingInput';
import { FFmpegProcess } from '../src/ffmpeg/ffmpegProcess';
import { type BareAnswer, bareLoop } from './support/bareLoop';
import type { Bench } from './support/bench';
import { median, round } from './support/figures';
import { type Filmed, filmPage } from './support/filmedPage';
import { inFolder } from './support/folder';

const PAGE = join(__dirname, 'pages/animated.html');
const SIZE = { width: 1920, height: 1080 };
const FPS = 30;
const FRAMES = 180;
const ROUNDS = 3;
const WORKERS = [1, 2, 3, 4];
const LEAST_RATIO = 0.9;

export const html: Bench = {
  what: 'an animated 1080p page → H.264, beside a bare loop that seeks and takes screenshots, and encodes nothing',
  must: `Filmgate reaches ${LEAST_RATIO} of the bare loop's frame rate with 1 to 4 workers (first to last frame, both)`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const frames = quick ? 30 : FRAMES;
      const rounds = quick ? 1 : ROUNDS;
      const program = await findBrowser();
      const options = { output: join(folder, 'page.mp4'), frames: `0-${frames - 1}` };

      // What FFmpeg is told where screenshots come, as in the bare loop: pages may be drawn.
      const few = { ...options, frames: '0-1', workers: 1 };
      const { args: ofPictures } = await filmPage(PAGE, few, { capture: 'beginframe' });

      const figures: Record<string, number> = {};
      const table: (string | number)[][] = [HEADING];
      const ratios: number[] = [];
      for (const workers of quick ? [2] : WORKERS) {
        const bare: BareAnswer[] = [];
        const gate: Filmed[] = [];
        for (let turn = 0; turn < rounds; turn += 1) {
          say(`${workers} workers, round ${turn + 1} of ${rounds}`);
          const sides = [
            async () => bare.push(await capture(program, workers, frames)),
            async () => gate.push(await filmPage(PAGE, { ...options, workers })),
          ];
          for (const side of turn % 2 === 0 ? sides : sides.reverse()) await side();
        }
        const encode = await encodeAlone(bare[0]?.pictures ?? [], [
          ...ofPictures.slice(0, -1),
          join(folder, 'alone.mp4'),
        ]);
        const row = summary(bare, gate, encode);
        ratios.push(row.ratioToBareLoop);
        for (const [name, value] of Object.entries(row)) figures[`${name}At${workers}`] = value;
        table.push([workers, ...Object.values(row)]);
      }
      return { pass: quick || ratios.every((ratio) => ratio >= LEAST_RATIO), figures, table };
    }),
};

const HEADING = [
  ...['workers', 'bare fps', 'Filmgate fps', 'ratio'],
  ...['launch+load ms', 'all ready ms', '1st written ms', 'end ms'],
  ...['seek ms', 'capture ms', 'transfer ms', 'encode ms'],
  ...['CPU ms: bare', 'browsers', 'Node', 'FFmpeg'],
];

/** In the order of the heading. Of the bare loop: its rate, and the parts of a frame in one browser. */
function summary(bare: readonly BareAnswer[], gate: readonly Filmed[], encode: number) {
  const ofBare = (value: (one: BareAnswer) => number) => round(median(bare.map(value)));
  const ofGate = (value: (one: Filmed) => number) => round(median(gate.map(value)));
  const ratios = gate.map(({ framesPerSecond }, n) => framesPerSecond / (bare[n]?.framesPerSecond as number));
  return {
    bareFramesPerSecond: ofBare((one) => one.framesPerSecond),
    filmgateFramesPerSecond: ofGate((one) => one.framesPerSecond),
    ratioToBareLoop: round(median(ratios), 3),
    launchAndLoadMilliseconds: ofGate((one) => one.planned),
    allWorkersReadyMilliseconds: ofGate((one) => one.lastWorkerReady),
    firstFrameWrittenMilliseconds: ofGate((one) => one.firstWritten),
    finishedMilliseconds: ofGate((one) => one.finished),
    seekMillisecondsPerFrame: ofBare((one) => one.spent.seek),
    captureMillisecondsPerFrame: ofBare((one) => one.spent.capture),
    transferMillisecondsPerFrame: ofBare((one) => one.spent.transfer),
    encodeMillisecondsPerFrame: round(encode),
    bareCpuMillisecondsPerFrame: ofBare((one) => sum(one.cpu)),
    browsersCpuMillisecondsPerFrame: ofGate((one) => one.cpu.browsers),
    nodeCpuMillisecondsPerFrame: ofGate((one) => one.cpu.node),
    ffmpegCpuMillisecondsPerFrame: ofGate((one) => one.cpu.ffmpeg),
  };
}

async function capture(program: BrowserProgram, browsers: number, frames: number): Promise<BareAnswer> {
  const server = await servePage(new MediaLibrary({ ffmpeg: undefined, cacheLimit: 0 }), { path: PAGE });
  try {
    return await bareLoop({ program, url: server.url, size: SIZE, browsers, frames, fps: FPS });
  } finally {
    await server.close();
  }
}

/** Milliseconds for each frame of FFmpeg with nothing beside it, fed as fast as it takes pictures. */
async function encodeAlone(pictures: readonly Buffer[], args: readonly string[]): Promise<number> {
  const { path } = await findFFmpeg();
  const start = performance.now();
  const ffmpeg = new FFmpegProcess(path, args);
  const format = { image: 'png', ...SIZE } as const;
  const input = new RepeatingInput(ffmpeg, { format, fps: { numerator: FPS, denominator: 1 } });
  for (const picture of pictures) await input.write(picture);
  input.end();
  const { code, stderr } = await ffmpeg.exited;
  if (code !== 0) throw new Error(`FFmpeg alone ended with exit code ${code}: ${stderr}`);
  return (performance.now() - start) / pictures.length;
}

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}
