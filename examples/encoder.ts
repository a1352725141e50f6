/** The encoder alone, for a loop of your own: await each write, and memory stays flat. */
import { mkdirSync } from 'node:fs';
import { openEncoder } from 'filmgate';

async function main() {
  mkdirSync('out', { recursive: true });
  const [width, height, count] = [320, 180, 60];
  const encoder = await openEncoder({
    output: 'out/encoder.webm',
    overwrite: true,
    format: { pixels: 'rgb24', width, height },
    fps: '30000/1001',
    codec: 'vp9',
    preset: '8',
  });
  const frame = Buffer.alloc(width * height * 3); // One buffer for all frames: it is free again after each write.
  for (let index = 0; index < count; index += 1) {
    frame.fill((255 * index) / count);
    if (!(await encoder.writeFrame(frame))) break; // FFmpeg is gone, and close() says why.
  }
  const { output, frames, bytes } = await encoder.close();
  console.log(`${output}: ${frames} frames, ${bytes} bytes`);
}

main();
