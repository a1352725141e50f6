/** HyperFrames' `StreamingEncoder`, made of Filmgate's: what its renderer calls is the same, and stays as it is there. */
import { mkdirSync } from 'node:fs';
import { openEncoder } from 'filmgate';

interface Options {
  readonly fps: number;
  readonly width: number;
  readonly height: number;
}

async function spawnStreamingEncoder(output: string, { fps, width, height }: Options) {
  const began = performance.now();
  const encoder = await openEncoder({
    output,
    overwrite: true,
    format: { image: 'jpeg', width, height },
    fps,
  });
  let status: 'running' | 'success' | 'error' = 'running';
  let error: string | undefined;
  const ended = (failure?: Error) => {
    status = failure ? 'error' : 'success';
    error = failure?.message;
    return { success: !failure, durationMs: performance.now() - began, error };
  };
  return {
    writeFrame: (frame: Buffer) => encoder.writeFrame(frame),
    close: () =>
      encoder.close().then(
        ({ bytes }) => ({ ...ended(), fileSize: bytes }),
        (failure) => ({ ...ended(failure), fileSize: 0 }),
      ),
    getExitStatus: () => status,
    getExitError: () => error,
  };
}

async function main() {
  mkdirSync('out', { recursive: true });
  const { createCanvas } = await import('@napi-rs/canvas');
  const canvas = createCanvas(320, 180);
  const context = canvas.getContext('2d');
  const encoder = await spawnStreamingEncoder('out/hyperframes-encoder.mp4', {
    fps: 30,
    width: 320,
    height: 180,
  });
  for (let frame = 0; frame < 30; frame += 1) {
    context.fillStyle = `hsl(${frame * 12} 80% 50%)`;
    context.fillRect(0, 0, 320, 180);
    if (!(await encoder.writeFrame(await canvas.encode('jpeg', 90)))) break;
  }
  const { success, fileSize } = await encoder.close();
  console.log(`success: ${success}, ${fileSize} bytes, status ${encoder.getExitStatus()}`);
}

main();
