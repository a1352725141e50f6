/** The push gate: your own child processes make frames in any order, and each waits until its frame has drained. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { openEncoder, openGate } from 'filmgate';

const [width, height, count] = [320, 180, 90];

/** A child: paints the frame that it is asked for. */
function child() {
  process.on('message', (index: number) => {
    process.send?.(Buffer.alloc(width * height * 4, (2 * index) % 256));
  });
}

async function parent() {
  mkdirSync('out', { recursive: true });
  const format = { pixels: 'rgba', width, height } as const;
  const encoder = await openEncoder({ output: 'out/gate.mp4', overwrite: true, format, fps: 30 });
  const gate = openGate(encoder, { count });

  let next = 0;
  const work = async () => {
    const painter = fork(__filename, ['child'], { serialization: 'advanced' });
    while (next < count) {
      const index = next++; // Whoever is free takes the next frame.
      painter.send(index);
      const [frame] = await once(painter, 'message');
      if (!(await gate.write(index, frame))) break; // The gate has failed: close() says why.
    }
    painter.disconnect();
  };
  await Promise.all([work(), work(), work()]);
  const { output, frames } = await gate.close();
  console.log(`${output}: ${frames} frames from 3 child processes, in order`);
}

if (process.argv[2] === 'child') child();
else parent();
