import { expect } from 'chai';
import { FarmEvents } from '../../src/farm/farmEvents';
import type { RenderEvent } from '../../src/frames/events';
import { mostOutstanding } from '../support/events';

describe('FarmEvents', () => {
  const told = (events: readonly RenderEvent[]) =>
    events.map((event) => `${event.type} ${'index' in event ? event.index : ''}`);

  it('tells of a batch frame by frame, so that not all of its frames seem outstanding at once', () => {
    const film = new FarmEvents([]);
    const captures = (from: number, count: number) =>
      Array.from({ length: count }, (_, place): [string, number, number] => ['worker 1', from + place, 9]);
    const first = film.expand({
      ...{ by: 'a', segment: 0, requested: [0, 15], written: [0, 11] },
      captured: captures(0, 14),
    });
    const second = film.expand({
      ...{ by: 'a', segment: 0, requested: [16, 19], written: [12, 19] },
      captured: captures(14, 6),
    });
    const all = [...first, ...second];
    expect(mostOutstanding(all)).to.equal(4);
    for (const type of ['requested', 'captureStarted', 'captured', 'writing', 'written'])
      expect(told(all).filter((one) => one.startsWith(`${type} `))).to.deep.equal(
        Array.from({ length: 20 }, (_, index) => `${type} ${index}`),
      );
  });

  it('asks for frames in ascending order, also where they are captured in another', () => {
    const events = new FarmEvents([]).expand({
      ...{ by: 'a', segment: 0, requested: [0, 3], written: [0, 0] },
      captured: [
        ['worker 2', 2, 9],
        ['worker 1', 0, 9],
      ],
    });
    expect(told(events)).to.deep.equal([
      ...['requested 0', 'captureStarted 0', 'captured 0', 'writing 0', 'written 0'],
      ...['requested 1', 'requested 2', 'requested 3', 'captureStarted 2', 'captured 2'],
    ]);
  });

  it('passes the events of a frame on once, and makes up for those that nobody has told', () => {
    const film = new FarmEvents([]);
    film.expand({ by: 'a', segment: 1, requested: [20, 21], captured: [['worker 1', 20, 9]] });
    const verified = { type: 'segmentVerified', segment: 1, range: { first: 20, count: 2 }, bytes: 5 };
    const again = film.expand({ by: 'b', segment: 1, requested: [20, 21], others: [verified] });
    expect(told(again)).to.deep.equal([
      ...['writing 20', 'written 20'],
      ...['captureStarted 21', 'captured 21', 'writing 21', 'written 21', 'segmentVerified '],
    ]);
    expect(film.expand({ by: 'a', segment: 1, written: [20, 21], others: [] })).to.deep.equal([]);
  });
});
