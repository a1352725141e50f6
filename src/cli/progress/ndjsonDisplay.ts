import { failureOf, failureText } from '../failure';
import type { Display } from './display';
import type { LineSink } from './lineSink';

/** For programs: one JSON object per line: snapshots, events, and at last one that says how the render ended. */
export function ndjsonDisplay(sink: LineSink): Display {
  const write = (type: string, fields: object) => {
    const line = JSON.stringify({ v: 1, type, ...fields }, (_, value) =>
      value === undefined ? null : value,
    );
    sink.write(`${line}\n`);
  };
  return {
    planned() {},
    pageMessage({ type, kind, text, index, worker, count }) {
      write(type, { kind, text, index, worker, count });
    },
    notice({ type, ...fields }) {
      write(type, fields);
    },
    update(snapshot) {
      if (!sink.isFull) write('progress', snapshot); // For a reader that lags behind, snapshots are dropped: they would fill our memory.
    },
    status() {},
    log() {},
    finished(result) {
      write('finished', result);
    },
    failed(error) {
      write('failed', failureOf(error));
      if (!sink.isStderr) process.stderr.write(`${failureText(error)}\n`);
    },
    close: () => sink.close(),
  };
}
