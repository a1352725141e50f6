import { expect } from 'chai';
import fc from 'fast-check';
import { MOST_VALUES } from '../../../src/dashboard/state/history';
import { reduce } from '../../../src/dashboard/state/reduce';
import { type DashboardState, emptyState, FILM_CELLS } from '../../../src/dashboard/state/state';
import { awaited, awaitedWords, bottleneckWords, headline } from '../../../src/dashboard/state/words';
import type { PlannedRender, Snapshot } from '../../../src/index';
import type { StreamEvent, TimedEvent } from '../../../src/progress/timeline';
import { type SimulatedRender, simulatedRender } from '../../support/simulatedRender';

const MEGABYTE = 1e6; // characters

describe('reduce', () => {
  function stateOf(events: Iterable<TimedEvent>, state = emptyState()): DashboardState {
    for (const { at, event } of events) reduce(state, event, at);
    return state;
  }

  /** The state of a render at a moment, in milliseconds. */
  function stateAt(moment: number, render: SimulatedRender): DashboardState {
    return stateOf([...simulatedRender(render)].filter(({ at }) => at <= moment));
  }

  const renders = fc.record({
    frames: fc.integer({ min: 1, max: 200 }),
    workers: fc.integer({ min: 1, max: 5 }),
    window: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
  });

  const random = ({ seed, ...render }: { seed: number; frames: number }): SimulatedRender => ({
    ...render,
    capture: (index, worker) => 1 + ((index * 7919 + worker * 31 + seed) % 90),
    write: (index) => 1 + ((index * 104729 + seed) % 40),
    fails: new Set([seed % render.frames]),
  });

  it('counts up to the end, whatever the order in which frames are captured', () => {
    fc.assert(
      fc.property(renders, (made) => {
        const state = stateOf(simulatedRender(random(made)));
        expect(state.phase).to.equal('finished');
        expect(state.outstanding).to.deep.equal([]);
        const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
        expect(sum(state.film.captured)).to.equal(made.frames);
        expect(sum(state.film.written)).to.equal(made.frames);
        expect(sum(state.workers.map(({ captured }) => captured))).to.equal(made.frames);
        expect(state.incidentCount).to.equal(1);
        expect(headline(state)).to.include('Done');
      }),
    );
  });

  it('never shows more outstanding frames than the window, each in one state, ascending', () => {
    fc.assert(
      fc.property(renders, (made) => {
        const state = emptyState();
        for (const { at, event } of simulatedRender(random(made))) {
          reduce(state, event, at);
          const indices = state.outstanding.map(({ index }) => index);
          expect(indices.length).to.be.at.most(made.window);
          expect(indices).to.deep.equal([...new Set(indices)].sort((a, b) => a - b));
          const capturing = state.outstanding.filter((slot) => slot.state === 'capturing');
          expect(capturing.length).to.be.at.most(made.workers);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('goes on from a state that was sent as JSON exactly as from its own', () => {
    fc.assert(
      fc.property(renders, fc.double({ min: 0, max: 1, noNaN: true }), (made, share) => {
        const events = [...simulatedRender(random(made))];
        const half = Math.floor(events.length * share);
        const joined = stateOf(
          events.slice(half),
          JSON.parse(JSON.stringify(stateOf(events.slice(0, half)))),
        );
        expect(JSON.stringify(joined)).to.equal(JSON.stringify(stateOf(events)));
      }),
      { numRuns: 30 },
    );
  });

  it('stays small through 100,000 frames of an hour', () => {
    const state = emptyState();
    const jpeg = 'x'.repeat(14_000);
    for (const { at, event } of simulatedRender({ frames: 100_000, workers: 4, capture: () => 140 })) {
      reduce(state, event, at);
      if (event.type !== 'written' || event.index % 20 > 0) continue;
      reduce(state, { type: 'thumbnail', index: event.index, width: 480, height: 270, jpeg }, at);
      const more = { kind: 'console', index: event.index, worker: 'worker 1', count: 1 } as const;
      reduce(state, { type: 'pageMessage', text: `said at ${event.index}`, ...more }, at);
    }
    expect(state.at).to.be.above(3_400_000);
    expect(JSON.stringify(state).length).to.be.below(2 * MEGABYTE);
    expect(state.history.at.length).to.be.within(MOST_VALUES / 2, MOST_VALUES);
    expect(state.film.captured).to.have.length(FILM_CELLS);
  });

  it('keeps the history of a long render evenly apart, with its means', () => {
    const { history } = stateOf(simulatedRender({ frames: 40_000, workers: 1, capture: () => 20 }));
    const gaps = new Set(history.at.slice(1).map((at, row) => at - (history.at[row] as number)));
    expect([...gaps]).to.deep.equal([history.every]);
    expect(history.series.captureRate.at(-2)).to.be.closeTo(50, 3);
    expect(history.busy[0]?.at(-2)).to.be.closeTo(1, 0.05);
  });

  it('keeps pictures of frames that are spread over all that has passed, and the newest', () => {
    const state = emptyState();
    for (let index = 0; index < 5000; index += 5)
      reduce(state, { type: 'thumbnail', index, width: 2, height: 2, jpeg: '' }, index);
    const indices = state.thumbnails.map(({ index }) => index);
    expect(indices.length).to.be.within(40, 48);
    const gaps = indices.slice(1).map((index, place) => index - (indices[place] as number));
    expect(Math.max(...gaps)).to.be.below(400);
    expect(state.newest?.index).to.equal(4995);
  });

  it('shows the frame of a slow worker as the one that all wait for, and counts what it held up', () => {
    const slow = (index: number, worker: number) => (worker === 1 ? 900 : 20) + (index % 3);
    const state = stateAt(760, { frames: 200, workers: 3, capture: slow });
    expect(awaited(state)).to.include({ index: 1, worker: 'worker 2', state: 'capturing' });
    expect(awaitedWords(state)).to.match(
      /All wait for frame 1, which worker 2 has been capturing for 0\.7 s; \d captured frames wait/,
    );
    const [first, second] = state.workers;
    expect(second?.heldUp).to.be.above(600);
    expect(first?.heldUp).to.be.below(50);
  });

  it('says who waits for whom, and why', () => {
    const fast = stateAt(6000, { frames: 2000, capture: () => 5, write: () => 40 });
    expect(bottleneckWords(fast)).to.match(/^Workers wait \d\d % of the time for FFmpeg: a faster preset/);
    const busy = stateAt(6000, { frames: 2000, capture: () => 80, write: () => 2 });
    expect(bottleneckWords(busy)).to.match(
      /^FFmpeg waits \d\d % of the time for frames: 70 % of a capture is the picture/,
    );
    const slow = stateAt(6000, {
      frames: 2000,
      workers: 3,
      capture: (_, worker) => (worker === 1 ? 900 : 20),
    });
    expect(bottleneckWords(slow)).to.match(
      /for frames: captured ones waited \d\.\d s for those of worker 2\.$/,
    );
  });

  it('keeps a retry as an incident, with its frame, attempt, worker and reason', () => {
    const state = stateAt(90, { frames: 20, fails: new Set([1]) });
    expect(state.incidents).to.containSubset([
      {
        kind: 'retry',
        index: 1,
        worker: 'worker 2',
        tries: 1,
        code: 'CAPTURE_FAILED',
        message: 'frame 1 failed',
      },
    ]);
    expect(state.workers[1]).to.include({ retries: 1, restarts: 1, state: 'starting' });
    expect(state.outstanding.find(({ index }) => index === 1)).to.include({ tries: 1 });
  });

  it('begins again with a safer source, and says why', () => {
    const begun = [...simulatedRender({ frames: 20, workers: 2 })].filter(({ at }) => at <= 200);
    const at = begun.at(-1)?.at ?? 0;
    const message = 'the canvas draws frame 3 otherwise';
    const state = stateOf([...begun, { at, event: { type: 'captureFallback', message, index: 3 } }]);
    expect(state.film.written).to.deep.equal([]);
    for (const timed of simulatedRender({ frames: 20, workers: 2 }))
      reduce(state, timed.event, at + timed.at);
    expect(state.phase).to.equal('finished');
    expect(state.outstanding).to.deep.equal([]);
    expect(state.film.written).to.deep.equal(Array(20).fill(1));
    expect(state.incidents).to.deep.equal([{ at, kind: 'warning', message, index: 3 }]);
  });

  it('keeps the busy time of each worker apart, also when one before it has been retired', () => {
    const state = emptyState();
    const plan = { workers: ['a', 'b'], range: { first: 0, count: 10 } } as unknown as PlannedRender;
    reduce(state, { type: 'planned', plan }, 0);
    const progress = (at: number, workers: object[]) =>
      reduce(state, { type: 'progress', snapshot: { workers } as unknown as Snapshot }, at);
    const a = (busySeconds: number) => ({ name: 'a', busySeconds });
    const b = (busySeconds: number) => ({ name: 'b', busySeconds });
    progress(1000, [a(1), b(0.5)]);
    reduce(state, { type: 'workerRetired', worker: 'a', message: 'it died', left: 1 }, 1500);
    progress(2000, [b(1)]);
    expect(state.history.busy).to.deep.equal([
      [1, 0],
      [0.5, 0.5],
    ]);
  });

  it('shows segments as planned, resumed, encoding and verified', () => {
    const range = (first: number) => ({ first, count: 10 });
    const segments = [0, 10, 20].map((first) => ({ range: range(first), isResumed: first === 0 }));
    const [planned] = simulatedRender({ frames: 30 });
    const events: StreamEvent[] = [
      (planned as TimedEvent).event,
      { type: 'segmentsPlanned', segments },
      { type: 'requested', index: 10 },
      { type: 'written', index: 10 },
    ];
    const state = stateOf(events.map((event, at) => ({ at, event })));
    expect(state.segments.map((segment) => segment.state)).to.deep.equal(['resumed', 'encoding', 'planned']);
    reduce(state, { type: 'segmentVerified', segment: 1, range: range(10), bytes: 9 }, 5);
    expect(state.segments[1]?.state).to.equal('verified');
  });

  it('gives each segment a lane that is free, or that of its machine', () => {
    const segments = [0, 10, 20].map((first) => ({ range: { first, count: 10 }, isResumed: false }));
    const planned = (lanes: number): StreamEvent[] => [
      {
        type: 'planned',
        plan: { workers: [], range: { first: 0, count: 30 }, lanes } as unknown as PlannedRender,
      },
      { type: 'segmentsPlanned', segments },
    ];
    const lanesAfter = (...events: StreamEvent[]) =>
      stateOf(events.map((event, at) => ({ at, event }))).segments.map(
        ({ lane, machine }) => machine ?? lane,
      );
    const requested = (index: number): StreamEvent => ({ type: 'requested', index });
    const verified: StreamEvent = {
      ...{ type: 'segmentVerified', segment: 1, bytes: 9 },
      range: { first: 10, count: 10 },
    };
    const begun = [requested(0), requested(1), requested(10)];
    expect(lanesAfter(...planned(2), ...begun)).to.deep.equal([0, 1, undefined]);
    expect(lanesAfter(...planned(2), ...begun, verified, requested(20))).to.deep.equal([0, 1, 1]);
    expect(lanesAfter(...planned(2), ...begun, requested(19), requested(20))).to.deep.equal([0, 1, 1]);
    expect(lanesAfter(...planned(1), ...begun)).to.deep.equal([0, 0, undefined]);

    const on = (machine: string, index: number): StreamEvent[] => [
      requested(index),
      { type: 'captureStarted', index, worker: `${machine}/worker 1` },
    ];
    const farm = stateOf(
      [...planned(1), ...on('b', 10), ...on('a', 0), ...on('b', 20)].map((event, at) => ({ at, event })),
    );
    expect(farm.segments.map(({ machine, lane }) => [machine, lane])).to.deep.equal([
      ['a', 1],
      ['b', 0],
      ['b', 0],
    ]);
  });

  it('keeps the death of a worker as an incident, once, and with its frame where it had one', () => {
    const state = emptyState();
    const reason = { worker: 'a', code: 'WORKER_DIED', message: 'the page crashed' } as const;
    reduce(state, { type: 'workerEnded', ...reason }, 1); // While it started.
    reduce(state, { type: 'captureStarted', index: 4, worker: 'a' }, 2);
    reduce(state, { type: 'retried', index: 4, tries: 1, ...reason }, 3);
    reduce(state, { type: 'workerEnded', ...reason }, 3);
    reduce(state, { type: 'workerRetired', worker: 'a', left: 1, message: 'it keeps dying' }, 4);
    const failed = { type: 'failed', code: 'WORKER_DIED', message: 'no worker is left' } as const;
    reduce(state, { ...failed, frame: 4, worker: 'a' }, 5);
    expect(state.incidents.map(({ kind, index, worker }) => [kind, index, worker])).to.deep.equal([
      ['death', undefined, 'a'],
      ['retry', 4, 'a'],
      ['retired', 4, 'a'],
      ['failure', 4, 'a'],
    ]);
  });

  it('ends with the reason of a failure', () => {
    const state = stateAt(200, { frames: 20 });
    reduce(state, { type: 'failed', code: 'ENCODE_FAILED', message: 'FFmpeg was killed by SIGKILL' }, 300);
    expect(headline(state)).to.equal('Failed: FFmpeg was killed by SIGKILL');
    expect(state.workers.map((worker) => worker.state)).to.deep.equal(['idle', 'idle']);
  });

  it('counts what a page says again, under the frame of the first time', () => {
    const state = emptyState();
    const said = (index: number | undefined, count: number): StreamEvent => {
      return { type: 'pageMessage', kind: 'console', text: 'no font', worker: 'worker 1', index, count };
    };
    reduce(state, said(3, 1), 0);
    reduce(state, said(9, 2), 1);
    expect(state.messages).to.deep.equal([
      { kind: 'console', text: 'no font', worker: 'worker 1', index: 3, count: 2 },
    ]);
  });
});
