import { placeOf } from '../../errors';
import type { RenderEvent } from '../../index';
import { failureOf, failureText } from '../failure';
import type { Display } from './display';
import type { LineSink } from './lineSink';

const MOST_LAG = 20_000; // lines that a reader may lag behind, before events are dropped.

/**
 * For programs: one JSON object per line: snapshots, events, and at last one that says how the render ended. With `all`
 * events, each line also says when it was written (docs/events.md).
 */
export function ndjsonDisplay(sink: LineSink, which: 'usual' | 'all' = 'usual'): Display {
  const isAll = which === 'all';
  const start = performance.now();
  const write = (type: string, fields: object) => {
    const line = isAll
      ? JSON.stringify({ v: 1, type, at: performance.now() - start, ...fields }, rounded)
      : JSON.stringify({ v: 1, type, ...fields }, orNull);
    sink.write(`${line}\n`);
  };
  return {
    planned() {},
    pageMessage({ type, kind, text, index, worker, count }) {
      if (!isAll) write(type, { kind, text, index, worker, count });
    },
    notice({ type, ...fields }) {
      if (!isAll) write(type, fields);
    },
    ...(isAll ? { event: eventWriter(sink, write) } : {}),
    update(snapshot) {
      if (!sink.isFull) write('progress', snapshot); // For a reader that lags behind, snapshots are dropped: they would fill our memory.
    },
    status() {},
    log() {},
    dashboard: (url) => write('dashboard', { url }),
    finished(result) {
      write('finished', result);
    },
    failed(error) {
      write('failed', isAll ? { ...failureOf(error), ...placeOf(error) } : failureOf(error));
      if (!sink.isStderr) process.stderr.write(`${failureText(error)}\n`);
    },
    close: () => sink.close(),
  };
}

/** What is unknown is null, and not left out. */
function orNull(_: string, value: unknown): unknown {
  return value === undefined ? null : value;
}

/** The same; times to the microsecond, which halves the lines. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : orNull(_, value);
}

/** Writes each event, but drops them, and tells how many, for a reader that lags too far behind. */
function eventWriter(sink: LineSink, write: (type: string, fields: object) => void) {
  let lag = 0;
  let dropped = 0;
  return ({ type, ...fields }: RenderEvent) => {
    if (type === 'finished') return; // Its line is the last one.
    lag = sink.isFull ? lag + 1 : 0;
    if (lag > MOST_LAG) {
      dropped += 1;
      return;
    }
    if (dropped > 0) write('dropped', { count: dropped });
    dropped = 0;
    write(type, fields);
  };
}
