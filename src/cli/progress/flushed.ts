import type { Writable } from 'node:stream';

const LIMIT = 1000; // ms for a reader that reads slowly, or not at all.

/** Waits until what was written has left this process, or nobody takes it. */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LIMIT);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    if (stream.destroyed) done();
    else stream.write('', done);
  });
}
