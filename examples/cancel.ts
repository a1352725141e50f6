/** Cancelling: the promise rejects when workers and FFmpeg are gone, and nothing of the video is left. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FilmgateError, renderVideo, threads } from 'filmgate';

async function main() {
  mkdirSync('out', { recursive: true });
  const cancel = new AbortController();
  try {
    await renderVideo({
      source: threads(join(__dirname, 'gradient-scene.mjs')),
      output: 'out/cancelled.mp4',
      signal: cancel.signal,
      onProgress: ({ written }) => {
        if (written >= 10) cancel.abort();
      },
    });
  } catch (error) {
    if (!(error instanceof FilmgateError && error.code === 'CANCELLED')) throw error;
    console.log(`${error.message}; out/cancelled.mp4 exists: ${existsSync('out/cancelled.mp4')}`);
  }
}

main();
