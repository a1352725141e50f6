import { expect } from 'chai';
import type { RenderEvent } from '../../src/frames/events';
import { ProgressState } from '../../src/progress/progressState';
import { summaryOf } from '../support/events';

const START = 5000; // ms: a clock does not begin at 0.

describe('ProgressState', () => {
  let state: ProgressState;
  let now: number;

  beforeEach(() => {
    state = new ProgressState(START);
    now = START;
  });

  /** Adds events, all at the present moment. */
  const add = (...events: RenderEvent[]) => {
    for (const event of events) state.add(event, now);
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const requested = (index: number): RenderEvent => ({ type: 'requested', index });
  const started = (index: number, worker = 'a'): RenderEvent => ({ type: 'captureStarted', index, worker });
  const captured = (index: number, worker = 'a', bytes = 100): RenderEvent => ({
    type: 'captured',
    index,
    worker,
    bytes,
  });
  const writing = (index: number): RenderEvent => ({ type: 'writing', index });
  const written = (index: number): RenderEvent => ({ type: 'written', index });
  const retried = (index: number, worker = 'a', tries = 1): RenderEvent => ({
    type: 'retried',
    index,
    worker,
    tries,
    code: 'CAPTURE_FAILED',
    message: 'no paint left',
  });
  const verified = (segment: number, first: number, count: number): RenderEvent => ({
    type: 'segmentVerified',
    segment,
    range: { first, count },
    bytes: 100,
  });
  const ready = (worker: string): RenderEvent => ({ type: 'workerReady', worker });
  const planned = (count: number, workers = ['a'], more = {}): RenderEvent => ({
    type: 'planned',
    plan: summaryOf(count, workers, more),
  });

  it('knows nothing before the plan but the time', () => {
    pass(1500);
    expect(state.snapshot(now)).deep.equal({
      total: 0,
      requested: 0,
      captured: 0,
      written: 0,
      resumed: 0,
      retries: 0,
      segments: 1,
      segmentsVerified: 0,
      encoded: 0,
      captureRate: 0,
      encodeRate: 0,
      elapsedSeconds: 1.5,
      remainingSeconds: undefined,
      outstanding: 0,
      peakOutstanding: 0,
      window: 0,
      bufferedBytes: 0,
      memory: 0,
      encodedBytes: 0,
      workers: [],
      captureWaiting: 0,
      encodeWaiting: 0,
      bottleneck: 'balanced',
    });
  });

  it('counts frames, outstanding frames and the bytes that they hold', () => {
    add(planned(9), ready('a'), requested(0), requested(1), requested(2));
    expect(state.snapshot(now)).include({
      total: 9,
      window: 4,
      memory: 512e6,
      requested: 3,
      outstanding: 3,
      bufferedBytes: 0,
    });
    add(captured(1, 'a', 50), captured(0, 'a', 70));
    expect(state.snapshot(now)).include({ captured: 2, written: 0, outstanding: 3, bufferedBytes: 120 });
    add(writing(0), written(0), writing(1));
    expect(state.snapshot(now)).include({ written: 1, outstanding: 2, bufferedBytes: 50 });
    add(written(1));
    expect(state.snapshot(now)).include({ written: 2, outstanding: 1, peakOutstanding: 3, bufferedBytes: 0 });
  });

  it('passes on what FFmpeg reports, and the result at the end', () => {
    add(planned(2), { type: 'encoded', frames: 1, bytes: 700 });
    expect(state.snapshot(now)).include({ encoded: 1, encodedBytes: 700 });
    const result = {
      output: 'out.mp4',
      frames: 2,
      bytes: 900,
      elapsedSeconds: 12.5,
      peakOutstanding: 2,
      window: 4,
      retries: 0,
      resumedFrames: 0,
    };
    add({ type: 'finished', result });
    expect(state.snapshot(now)).include({ encoded: 2, encodedBytes: 900, elapsedSeconds: 12.5 });
  });

  it('knows what each worker does', () => {
    add(planned(9, ['a', 'b']));
    const worker = (
      name: string,
      what: string,
      index: number | undefined,
      frames: number,
      busySeconds = 0,
    ) => ({
      name,
      state: what,
      index,
      captured: frames,
      busySeconds,
    });
    expect(state.snapshot(now).workers).deep.equal([
      worker('a', 'starting', undefined, 0),
      worker('b', 'starting', undefined, 0),
    ]);
    add(ready('b'), requested(0), started(0, 'b'));
    expect(state.snapshot(now).workers).deep.equal([
      worker('a', 'starting', undefined, 0),
      worker('b', 'capturing', 0, 0),
    ]);
    pass(2000);
    add(captured(0, 'b'), ready('a'), requested(1), started(1, 'a'));
    pass(500);
    expect(state.snapshot(now).workers).deep.equal([
      worker('a', 'capturing', 1, 0, 0.5),
      worker('b', 'idle', undefined, 1, 2),
    ]);
  });

  it('finds the rates of both sides, and what remains', () => {
    add(planned(1000), ready('a'));
    for (let index = 0; index < 200; index += 1) {
      add(requested(index), started(index));
      pass(100);
      add(captured(index));
      if (index % 2 === 1) add(writing(index >> 1), written(index >> 1)); // FFmpeg takes half as many.
    }
    const { captureRate, encodeRate, remainingSeconds } = state.snapshot(now);
    expect(captureRate).closeTo(10, 0.5);
    expect(encodeRate).closeTo(5, 0.5);
    expect(remainingSeconds).closeTo(900 / 5, 20);
  });

  it('has nothing left when all is written', () => {
    add(planned(1), requested(0), captured(0), writing(0), written(0));
    expect(state.snapshot(now).remainingSeconds).equal(0);
  });

  it('is held up by FFmpeg when the workers wait for room in the window', () => {
    add(
      planned(100, ['a', 'b'], { window: 2 }),
      ready('a'),
      ready('b'),
      requested(0),
      requested(1),
      captured(0),
      captured(1),
      writing(0),
    );
    pass(1000);
    const snapshot = state.snapshot(now);
    expect(snapshot).include({ bottleneck: 'encode', encodeWaiting: 0 });
    expect(snapshot.captureWaiting).closeTo(1, 1e-9);
  });

  it('counts the share of workers that wait', () => {
    add(planned(100, ['a', 'b', 'c']), ready('a'), ready('b'), requested(0), started(0, 'a'));
    pass(1000);
    expect(state.snapshot(now).captureWaiting).closeTo(1 / 2, 1e-9); // c has not been set up.
  });

  it('is held up by capture when FFmpeg has nothing to take', () => {
    add(planned(100), ready('a'), requested(0), started(0));
    pass(1000);
    const snapshot = state.snapshot(now);
    expect(snapshot).include({ bottleneck: 'capture', captureWaiting: 0 });
    expect(snapshot.encodeWaiting).closeTo(1, 1e-9);
  });

  it('is held up by capture when the next frame is missing, though later ones are held', () => {
    add(
      planned(100, ['a'], { range: { first: 7, count: 100 } }),
      ready('a'),
      requested(7),
      requested(8),
      started(7),
      captured(8, 'b'),
    );
    pass(1000);
    expect(state.snapshot(now).encodeWaiting).above(0.9);
    add(captured(7), writing(7));
    pass(20_000);
    expect(state.snapshot(now).encodeWaiting).below(0.1);
  });

  it('is balanced when both are busy', () => {
    add(planned(100), ready('a'), requested(0), requested(1), started(0));
    add(captured(0), writing(0), started(1));
    pass(1000);
    expect(state.snapshot(now)).include({ bottleneck: 'balanced', captureWaiting: 0, encodeWaiting: 0 });
  });

  it('does not take workers for waiting that have nothing left to do, nor FFmpeg', () => {
    add(planned(1), ready('a'), requested(0), started(0), captured(0), writing(0));
    pass(1000);
    expect(state.snapshot(now).captureWaiting).equal(0);
    add(written(0));
    pass(1000);
    expect(state.snapshot(now).encodeWaiting).equal(0);
  });

  it('counts frames that are tried again, and knows what their workers do', () => {
    add(
      planned(9, ['a', 'b']),
      ready('a'),
      ready('b'),
      requested(0),
      requested(1),
      started(0),
      started(1, 'b'),
    );
    add(retried(0));
    expect(state.snapshot(now)).include({ retries: 1, requested: 2, captured: 0, outstanding: 2 });
    expect(state.snapshot(now).workers[0]).include({ name: 'a', state: 'starting', captured: 0 });
    add(captured(1, 'b'), ready('a'), started(0), retried(0, 'a', 2), ready('a'), started(0), captured(0));
    expect(state.snapshot(now)).include({ retries: 2, captured: 2, outstanding: 2, bufferedBytes: 200 });
    expect(state.snapshot(now).workers.map(({ captured }) => captured)).deep.equal([1, 1]);
  });

  it('begins anew where a render does, with nothing outstanding and no peak', () => {
    add(planned(10), ready('a'), requested(0), requested(1), started(0), captured(0), writing(0));
    add({ type: 'captureFallback', message: 'frame 0 differs', index: 0 });
    const { outstanding, peakOutstanding, window, written, bufferedBytes, workers } = state.snapshot(now);
    const nothing = { outstanding: 0, peakOutstanding: 0, window: 0, written: 0, bufferedBytes: 0 };
    expect({ outstanding, peakOutstanding, window, written, bufferedBytes }).to.deep.equal(nothing);
    expect(workers).to.deep.equal([]);
  });

  it('forgets a worker that is not replaced, also as one that waits', () => {
    add(planned(9, ['a', 'b']), ready('a'), ready('b'), requested(0), started(0));
    add({ type: 'workerRetired', worker: 'b', left: 1, message: 'no memory' });
    pass(1000);
    expect(state.snapshot(now).workers.map(({ name }) => name)).deep.equal(['a']);
    expect(state.snapshot(now).captureWaiting).equal(0);
  });

  describe('of a render in segments', () => {
    const film = (more = {}) => planned(40, ['a'], { segments: 4, resumedSegments: 0, ...more });

    it('counts the segments that are verified', () => {
      add(film());
      expect(state.snapshot(now)).include({ segments: 4, segmentsVerified: 0, written: 0 });
      add(verified(1, 10, 10), verified(0, 0, 10));
      expect(state.snapshot(now)).include({ segments: 4, segmentsVerified: 2 });
    });

    it('counts what an earlier run has left as written, and as nothing else', () => {
      add(film({ resumedSegments: 2, resumedFrames: 20 }));
      expect(state.snapshot(now)).include({ total: 40, written: 20, resumed: 20, segmentsVerified: 2 });
      expect(state.snapshot(now)).include({ requested: 0, captured: 0, outstanding: 0, peakOutstanding: 0 });
      add(requested(20), requested(21), captured(20), writing(20), written(20));
      expect(state.snapshot(now)).include({ written: 21, outstanding: 1, peakOutstanding: 2 });
      add(verified(2, 20, 10));
      expect(state.snapshot(now)).include({ segmentsVerified: 3 });
    });

    it('finds what remains by what this run has done', () => {
      add(film({ resumedSegments: 2, resumedFrames: 20 }));
      pass(5000); // Set-up counts for nothing.
      expect(state.snapshot(now).remainingSeconds).equal(undefined);
      add(requested(20), writing(20));
      pass(2000);
      add(written(20));
      expect(state.snapshot(now).remainingSeconds).closeTo(19 * 2, 1e-9);
    });

    it('has nothing left, and nobody who waits, where all frames were there', () => {
      add(film({ resumedSegments: 4, resumedFrames: 40 }), ready('a'));
      pass(1000);
      const snapshot = state.snapshot(now);
      expect(snapshot).include({ written: 40, remainingSeconds: 0, captureWaiting: 0, encodeWaiting: 0 });
    });

    it('counts what all lanes write: FFmpeg has nothing to take when none of them has', () => {
      add(film(), ready('a'), requested(0), requested(10), started(0), captured(10), writing(10));
      pass(1000);
      expect(state.snapshot(now).encodeWaiting).equal(0);
      add(captured(0), writing(0), written(10));
      pass(1000);
      expect(state.snapshot(now).encodeWaiting).equal(0);
      add(written(0), requested(1), started(1));
      pass(20_000);
      expect(state.snapshot(now).encodeWaiting).above(0.9);
    });

    it('does not take the end of a segment, when no frame may be asked for, for a want of frames', () => {
      add(film(), ready('a'), requested(0), started(0), captured(0), writing(0), written(0));
      pass(20_000);
      expect(state.snapshot(now)).include({ encodeWaiting: 0, bottleneck: 'encode' });
    });
  });
});
