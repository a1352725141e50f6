import { ProgressState } from '../../src/progress/progressState';
import type { StreamEvent, TimedEvent } from '../../src/progress/timeline';
import { summaryOf } from './events';

export interface SimulatedRender {
  readonly frames: number;
  readonly workers?: number;
  readonly window?: number;
  /** How long a capture takes, in milliseconds. */
  readonly capture?: (index: number, worker: number) => number;
  /** How long FFmpeg takes for a frame, in milliseconds. */
  readonly write?: (index: number) => number;
  /** Frames that fail the first time. */
  readonly fails?: ReadonlySet<number>;
}

/** The events of a render as the pool and the pipeline tell them, by a clock of its own, with snapshots between them. */
export function* simulatedRender(render: SimulatedRender): Generator<TimedEvent> {
  const { frames, workers = 2, window = 8, capture = () => 30, write = () => 5, fails = new Set() } = render;
  const names = Array.from({ length: workers }, (_, worker) => `worker ${worker + 1}`);
  const progress = new ProgressState(0);
  const queue: number[] = [];
  const ready = new Set<number>();
  const running: (((at: number) => StreamEvent[]) & { due: number })[] = [];
  const failed = new Set<number>();
  const idle = names.map((_, worker) => worker);
  let [requested, written, isWriting, snapshotDue] = [0, 0, false, 250];

  const begin = (due: number, then: (at: number) => StreamEvent[]) => {
    running.push(Object.assign(then, { due }));
    running.sort((a, b) => a.due - b.due);
  };
  const start = (worker: number, index: number, at: number): StreamEvent => {
    const name = names[worker] as string;
    const took = capture(index, worker);
    begin(at + took, () => {
      if (fails.has(index) && !failed.has(index)) {
        failed.add(index);
        begin(at + took + 100, (now) => [{ type: 'workerReady', worker: name }, start(worker, index, now)]);
        const reason = { worker: name, code: 'CAPTURE_FAILED', message: `frame ${index} failed` } as const;
        return [
          { type: 'retried', index, tries: 1, ...reason },
          { type: 'workerEnded', ...reason },
          { type: 'workerStarting', worker: name },
        ];
      }
      idle.push(worker);
      ready.add(index);
      const times = { seek: took * 0.2, wait: 0, picture: took * 0.7, transfer: took * 0.1 };
      return [{ type: 'captured', index, worker: name, bytes: 1000, times }];
    });
    return { type: 'captureStarted', index, worker: name };
  };
  /** What can happen without time passing. */
  function* settle(at: number): Generator<StreamEvent> {
    while (requested < frames && requested - written < window) {
      queue.push(requested);
      yield { type: 'requested', index: requested };
      requested += 1;
    }
    while (idle.length > 0 && queue.length > 0)
      yield start(idle.shift() as number, queue.shift() as number, at);
    if (isWriting || !ready.delete(written)) return;
    const index = written;
    isWriting = true;
    yield { type: 'writing', index };
    begin(at + write(index), () => {
      isWriting = false;
      written += 1;
      return [{ type: 'written', index }];
    });
  }
  function* told(at: number, events: Iterable<StreamEvent>): Generator<TimedEvent> {
    for (const event of events) {
      if (event.type !== 'progress' && event.type !== 'failed' && event.type !== 'dropped')
        progress.add(event, at);
      yield { at, event };
    }
  }

  yield* told(0, [{ type: 'planned', plan: summaryOf(frames, names, { window }) }]);
  yield* told(
    1,
    names.map((worker) => ({ type: 'workerReady', worker }) as const),
  );
  yield* told(1, settle(1));
  for (let next = running.shift(); next; next = running.shift()) {
    const at = next.due;
    for (; snapshotDue < at; snapshotDue += 250)
      yield { at: snapshotDue, event: { type: 'progress', snapshot: progress.snapshot(snapshotDue) } };
    yield* told(at, next(at));
    yield* told(at, settle(at));
    if (written === frames && running.length === 0) {
      yield { at, event: { type: 'progress', snapshot: progress.snapshot(at) } };
      const counts = {
        frames,
        bytes: frames * 100,
        elapsedSeconds: at / 1000,
        peakOutstanding: window,
        window,
      };
      const result = { output: 'out.mp4', ...counts, retries: failed.size, resumedFrames: 0 };
      yield { at, event: { type: 'finished', result } };
    }
  }
}
