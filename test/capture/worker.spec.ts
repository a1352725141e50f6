import { join } from 'node:path';
import { inline } from '../../src/capture/inline';
import { threads } from '../../src/capture/threads/threads';
import { BROKEN_FRAME, describeCaptureWorker, STUCK_FRAME } from '../support/captureContract';
import { paintIndex, SMALL } from '../support/video';

describe('capture workers', () => {
  const scene = (name: string) => join(__dirname, '../fixtures/scenes', name);
  const options = { format: { pixels: 'rgba', ...SMALL }, fps: 30, frames: 20 } as const;

  function painted(index: number): Buffer {
    if (index === BROKEN_FRAME) throw new RangeError('the lamp broke');
    return paintIndex(index);
  }

  describeCaptureWorker('inline, promises', () =>
    inline({
      ...options,
      capture: async ({ index }) => (index === STUCK_FRAME ? new Promise<Buffer>(() => {}) : painted(index)),
    }),
  );
  describeCaptureWorker('inline, bytes at once', () =>
    inline({
      ...options,
      capture: ({ index }) => (index === STUCK_FRAME ? new Promise<Buffer>(() => {}) : painted(index)),
    }),
  );
  describeCaptureWorker('threads, paint', () => threads(scene('painted.js')));
  describeCaptureWorker('threads, asynchronous paint', () => threads(scene('painted-late.mjs')));
  describeCaptureWorker('threads, draw', () => threads(scene('drawn.cjs')));
});
