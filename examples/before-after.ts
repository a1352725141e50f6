/** Before and after: capture at 105 fps, FFmpeg held to 60 fps, 500 KB a frame. How much is held in memory? */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { findFFmpeg, formatBytes, openEncoder, openGate } from 'filmgate';

const [width, height, count] = [400, 312, 420]; // 499,200 bytes a frame, 4 seconds of capture.
const frameBytes = width * height * 4;
let held = 0;
let peak = 0;

/** Three workers at 35 fps each. Each hands its frame to `write`, and goes on when that says so. */
async function capture(write: (index: number, frame: Buffer) => Promise<unknown> | undefined) {
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      await pause(1000 / 35);
      held += frameBytes;
      peak = Math.max(peak, held);
      await write(index, Buffer.alloc(frameBytes, index));
    }
  };
  [held, peak] = [0, 0];
  const start = performance.now();
  await Promise.all([work(), work(), work()]);
  return (performance.now() - start) / 1000;
}

async function main() {
  mkdirSync('out', { recursive: true });
  const input = `-f rawvideo -pixel_format rgba -video_size ${width}x${height} -framerate 60 -re -i pipe:0`;
  const ffmpeg = spawn((await findFFmpeg()).path, [...input.split(' '), '-f', 'null', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const seconds = await capture(
    (_index, frame) => void ffmpeg.stdin.write(frame, () => (held -= frameBytes)),
  ); // "Wait" is ignored.
  ffmpeg.stdin.destroy();
  console.log(
    `before: ${formatBytes(peak)} held at the end, ${formatBytes(peak / seconds)} more with every second of capture`,
  );

  const hold = (args: string[]) => args.toSpliced(args.indexOf('-i'), 0, '-re');
  const format = { pixels: 'rgba', width, height } as const;
  const gate = openGate(
    await openEncoder({ output: 'out/after.mp4', overwrite: true, format, fps: 60, ffmpegArgs: hold }),
    { count },
  );
  await capture((index, frame) => gate.write(index, frame).then(() => (held -= frameBytes)));
  const { frames } = await gate.close();
  console.log(`after:  ${formatBytes(peak)} held at the most, whatever the length; ${frames} frames written`);
}

main();
