/** A PassThrough that was piped into fluent-ffmpeg (archived since 2025): the same producer, and a gate that it waits for. */
import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openEncoder, openGate } from 'filmgate';

/* Before:
 *
 *   const frames = new PassThrough();
 *   ffmpeg(frames).inputFormat('rawvideo').inputOptions(['-pix_fmt rgba', '-s 320x180', '-r 30']).save('film.mp4');
 *   for (…) frames.write(await paint(index));   // its answer is ignored, so all frames wait in memory
 *   frames.end();                               // and only in the order in which they were painted
 */
const [width, height, count] = [320, 180, 60];
const paint = async (index: number) => {
  await wait(index % 7); // Some take longer than others.
  return Buffer.alloc(width * height * 4, (index * 4) % 256);
};

async function main() {
  mkdirSync('out', { recursive: true });
  const encoder = await openEncoder({
    ...{ output: 'out/fluent-pipe.mp4', overwrite: true, fps: 30 },
    format: { pixels: 'rgba', width, height },
  });
  const gate = openGate(encoder, { count });
  const painters = [0, 1, 2].map(async (painter) => {
    for (let index = painter; index < count; index += 3)
      if (!(await gate.write(index, await paint(index)))) return;
  });
  await Promise.all(painters);
  const { frames } = await gate.close();
  console.log(`${frames} frames from 3 painters, in order`);
}

main();
