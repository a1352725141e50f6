import { expect } from 'chai';
import type { RenderEvent } from '../../src/frames/events';
import { Tally } from '../../src/progress/tally';

describe('Tally', () => {
  let tally: Tally;

  beforeEach(() => {
    tally = new Tally();
  });

  const add = (...types: ('requested' | 'writing' | 'written')[]) => {
    for (const type of types) tally.add({ type, index: 0 });
  };

  it('has nothing to tell at first', () => {
    expect(tally).include({ peakOutstanding: 0, retries: 0 });
  });

  it('knows the most frames that were outstanding, and not how many there were in all', () => {
    add('requested', 'requested', 'writing', 'written', 'requested', 'requested');
    expect(tally.peakOutstanding).equal(3);
    add('written', 'written', 'written');
    add('requested', 'written', 'requested', 'written', 'requested');
    expect(tally.peakOutstanding).equal(3);
    add('requested', 'requested', 'requested');
    expect(tally.peakOutstanding).equal(4);
  });

  it('counts every time that a frame was tried again, and nothing else', () => {
    const retried: RenderEvent = {
      type: 'retried',
      index: 3,
      worker: 'worker 1',
      tries: 1,
      code: 'FRAME_STALLED',
      message: 'stuck',
    };
    tally.add(retried);
    tally.add({ ...retried, tries: 2 });
    tally.add({ type: 'workerRetired', worker: 'worker 1', left: 1, message: 'dead' });
    tally.add({ type: 'captureStarted', index: 3, worker: 'worker 2' });
    add('requested');
    expect(tally).include({ peakOutstanding: 1, retries: 2 });
  });
});
