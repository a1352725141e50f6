import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import type { RenderEvent } from '../../src/frames/events';
import { snapshots } from '../../src/progress/snapshots';
import { render } from '../../src/render';
import { countFrom, ofType, useSegmentWorkspace } from '../support/segmentWorkspace';

describe('what a film in segments tells', () => {
  const workspace = useSegmentWorkspace();

  it('comes in order: what is planned, frames, segments, the joining, the end', async () => {
    const { error, events } = await workspace.run({ lanes: 3, workers: 3, window: 9 });
    expect(error).to.equal(undefined);
    const placeOf = (isIt: (event: RenderEvent) => boolean) => {
      const places = events.flatMap((event, place) => (isIt(event) ? [place] : []));
      expect(places).to.have.lengthOf(1);
      return places[0] as number;
    };
    const place = (type: RenderEvent['type'], index?: number) =>
      placeOf((event) => event.type === type && (!('index' in event) || event.index === index));

    expect(place('planned')).to.equal(0);
    expect(events[0])
      .to.have.deep.property('plan')
      .that.deep.includes({
        ...{ output: workspace.output(), size: { width: 64, height: 36 }, range: { first: 0, count: 40 } },
        ...{ fps: { numerator: 30, denominator: 1 }, window: 9, lanes: 3, encoder: 'libx264' },
        ...{ pixelFormat: 'yuv444p', segments: 4, resumedSegments: 0, resumedFrames: 0 },
      });
    for (const index of countFrom(0, 40)) {
      const steps = (['requested', 'captureStarted', 'captured', 'writing', 'written'] as const).map((type) =>
        place(type, index),
      );
      expect(steps).to.deep.equal([...steps].sort((a, b) => a - b));
    }
    for (const segment of countFrom(0, 4)) {
      const first = segment * 10;
      const verified = placeOf((event) => event.type === 'segmentVerified' && event.segment === segment);
      expect(events[verified]).to.deep.include({ range: { first, count: 10 } });
      expect(verified).to.be.greaterThan(place('written', first + 9));
      expect(verified).to.be.lessThan(place('assembling'));
    }
    expect(events[place('assembling')]).to.deep.equal({ type: 'assembling', segments: 4 });
    expect(place('finished')).to.equal(events.length - 1);
    expect(events.at(-1))
      .to.have.deep.property('result')
      .that.includes({
        ...{ output: workspace.output(), frames: 40, window: 9, retries: 0, resumedFrames: 0 },
      });
  });

  it('counts what all encoders have put out together, never less than before', async () => {
    await workspace.leave([2]);
    const { events } = await workspace.run({ resume: true, lanes: 2 });
    const encoded = ofType(events, 'encoded');
    expect(encoded.at(0)).to.include({ frames: 10 });
    expect(encoded.at(-1)).to.include({ frames: 40 });
    for (const of of ['frames', 'bytes'] as const) {
      const counts = encoded.map((report) => report[of]);
      expect(counts).to.deep.equal([...counts].sort((a, b) => a - b));
    }
    const bytes = ofType(events, 'segmentVerified').reduce((sum, segment) => sum + segment.bytes, 0);
    expect(encoded.at(-1)?.bytes).to.equal(bytes + (encoded.at(0)?.bytes ?? 0));
  });

  it('says of a damaged segment before anything is asked for', async () => {
    await workspace.leave([1, 2, 3]);
    rmSync(workspace.segment(1));
    rmSync(workspace.segment(3));
    const { events } = await workspace.run({ resume: true });
    const types = events.map(({ type }) => type).filter((type) => type !== 'workerReady');
    expect(types.slice(0, 4)).to.deep.equal(['planned', 'segmentInvalid', 'segmentInvalid', 'encoded']);
    expect(ofType(events, 'segmentInvalid').map(({ segment }) => segment)).to.deep.equal([0, 2]);
    expect(ofType(events, 'segmentVerified').map(({ segment }) => segment)).to.have.members([0, 2, 3]);
    expect(types.at(-1)).to.equal('finished');
  });

  it('makes snapshots in which frames of an earlier run count as written', async () => {
    await workspace.leave([1, 4]);
    const types = new Set<string>();
    const taken = await lastValueFrom(
      render(workspace.options({ resume: true, lanes: 2 })).pipe(
        tap(({ type }) => types.add(type)),
        snapshots({ every: 5 }),
        toArray(),
      ),
    );
    expect(types).to.include('finished');
    const planned = taken.filter(({ total }) => total > 0);
    for (const snapshot of planned) {
      expect(snapshot).to.include({ total: 40, resumed: 20, segments: 4, retries: 0 });
      expect(snapshot.written).to.be.within(20, 40);
      expect(snapshot.requested).to.be.at.most(20);
      expect(snapshot.segmentsVerified).to.be.within(2, 4);
      expect(snapshot.outstanding).to.be.within(0, snapshot.window);
    }
    for (const of of ['written', 'segmentsVerified', 'encoded', 'encodedBytes'] as const) {
      const counts = planned.slice(0, -1).map((snapshot) => snapshot[of]);
      expect(counts, of).to.deep.equal([...counts].sort((a, b) => a - b));
    }
    const end = {
      written: 40,
      requested: 20,
      captured: 20,
      segmentsVerified: 4,
      encoded: 40,
      outstanding: 0,
    };
    expect(taken.at(-1)).to.include({ ...end, remainingSeconds: 0, bufferedBytes: 0 });
    await workspace.expectWhole();
  });

  it('has nothing of frames where all are there already', async () => {
    await workspace.run({}, ({ type }, cancel) => {
      if (type === 'assembling') cancel();
    });
    const taken = await lastValueFrom(
      render(workspace.options({ resume: true })).pipe(snapshots({ every: 5 }), toArray()),
    );
    const end = { total: 40, written: 40, resumed: 40, requested: 0, segments: 4, segmentsVerified: 4 };
    expect(taken.at(-1)).to.include({ ...end, encoded: 40, remainingSeconds: 0 });
    await workspace.expectWhole();
  });
});
