import { expect } from 'chai';
import { lastValueFrom, of, Subject } from 'rxjs';
import {
  type CaptureSession,
  type CaptureSource,
  type FrameRequest,
  planCapture,
  type SourceDescription,
} from '../../src/capture/source';
import type { CaptureEvent } from '../../src/frames/events';
import { subsetSource } from '../../src/preview/subsetSource';
import { Deadline } from '../../src/process/deadline';
import { frameRequest } from '../support/captureContract';

describe('subsetSource', () => {
  const description: SourceDescription = {
    format: { pixels: 'rgba', width: 2, height: 1 },
    fps: { numerator: 30, denominator: 1 },
    frames: 100,
    sourceAlpha: false,
    sequential: true,
  };

  /** A source that writes down what it is asked for. */
  function recorded() {
    const asked: unknown[] = [];
    const events = new Subject<CaptureEvent>();
    const session: CaptureSession = {
      events,
      async describe(wanted) {
        asked.push(wanted);
        return description;
      },
      prepare(plan) {
        asked.push(plan);
        return (name) => ({
          ready: Promise.resolve(),
          capture(request: FrameRequest) {
            asked.push({ ...request, name });
            return of({ index: request.index, data: Uint8Array.of(request.index) });
          },
          close: async () => void asked.push(`${name} closed`),
        });
      },
      close: async () => void asked.push('closed'),
    };
    const source: CaptureSource = { open: () => session };
    return { asked, events, source };
  }

  const choose = () => [3, 7, 50];

  it('is as long as what was chosen, and otherwise what the source is', async () => {
    const { asked, source } = recorded();
    const session = subsetSource(source, ({ frames }) => [frames - 1, frames]).open();
    expect(await session.describe({ width: 9 })).to.deep.equal({ ...description, frames: 2 });
    expect(asked).to.deep.equal([{ width: 9 }]);
  });

  it('asks for the frames that were chosen, each in its place and with its deadline', async () => {
    const { asked, source } = recorded();
    const session = subsetSource(source, choose).open();
    const range = { first: 0, count: 3 };
    const plan = planCapture(await session.describe({}), { range, window: 2, keepAlpha: false });
    const worker = session.prepare(plan)('worker 1');
    await worker.ready;
    asked.splice(0, 1);
    expect(asked.splice(0)).to.deep.equal([{ ...plan, frames: 100, range: { first: 3, count: 48 } }]);
    for (const [index, chosen] of choose().entries()) {
      const request = { ...frameRequest(index, index % 2), deadline: new Deadline(5 + index) };
      const frame = await lastValueFrom(worker.capture(request) as never);
      expect(frame).to.deep.equal({ index, data: Uint8Array.of(chosen) });
      expect(asked.splice(0)).to.deep.equal([{ ...request, index: chosen, name: 'worker 1' }]);
    }
    await worker.close();
    await session.close();
    expect(asked).to.deep.equal(['worker 1 closed', 'closed']);
  });

  it('passes on what the source tells', () => {
    const { events, source } = recorded();
    const told: CaptureEvent[] = [];
    subsetSource(source, choose)
      .open()
      .events?.subscribe((event) => told.push(event));
    const event: CaptureEvent = { type: 'workerReady', worker: 'worker 1' };
    events.next(event);
    expect(told).to.deep.equal([event]);
  });
});
