import { expect } from 'chai';
import { EMPTY, from, lastValueFrom, of } from 'rxjs';
import { type InlineOptions, inline } from '../../src/capture/inline';
import { describeSource, frameRequest, planFor } from '../support/captureContract';
import { rejection } from '../support/rejection';

describe('inline', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const options: InlineOptions = {
    format: { pixels: 'rgba', width: 1, height: 1 },
    fps: '30000/1001',
    frames: 30,
    capture: () => bytes,
  };
  const worker = async (capture: InlineOptions['capture']) => {
    const source = inline({ ...options, capture });
    return source.open().prepare(await planFor(source, 4))('worker 1');
  };

  it('says what it was told', async () => {
    const fps = { numerator: 30000, denominator: 1001 };
    expect(await describeSource(inline(options))).to.deep.equal({
      format: options.format,
      fps,
      frames: 30,
    });
    expect(await describeSource(inline({ ...options, alpha: false }))).to.have.property('sourceAlpha', false);
  });

  it('is what it says it is, to a render that is to go on; and nothing without that', () => {
    const identityOf = (identity?: string) =>
      inline({ ...options, ...(identity === undefined ? {} : { identity }) })
        .open()
        .identity?.();
    expect(identityOf('the leader, cut 3')).to.deep.equal({
      settings: { identity: 'the leader, cut 3' },
      files: [],
    });
    expect(identityOf()).to.equal(undefined);
  });

  it('tells the function which frame, when, and on which worker', async () => {
    const told: unknown[] = [];
    const { capture } = await worker((frame) => {
      told.push(frame);
      return bytes;
    });
    await lastValueFrom(from(capture(frameRequest(15))));
    expect(told).to.deep.equal([{ index: 15, time: (15 * 1001) / 30000, worker: 'worker 1' }]);
  });

  for (const [what, captured] of Object.entries({
    bytes,
    'a promise': Promise.resolve(bytes),
    'an observable': of(bytes),
    'a buffer': Buffer.from(bytes),
  })) {
    it(`takes ${what}, without a copy`, async () => {
      const { capture } = await worker(() => captured);
      const { data } = await lastValueFrom(from(capture(frameRequest(0))));
      expect([...data]).to.deep.equal([1, 2, 3, 4]);
      if (what !== 'a buffer') expect(data).to.equal(bytes);
    });
  }

  for (const [what, captured] of Object.entries<unknown>({
    nothing: undefined,
    'a promise of nothing': Promise.resolve(),
    'an observable of nothing': EMPTY,
    'what a canvas calls pixels': new Uint8ClampedArray(4),
    'a string': 'pixels',
  })) {
    it(`refuses ${what}: CAPTURE_FAILED`, async () => {
      const { capture } = await worker(() => captured as Uint8Array);
      const error = await rejection(lastValueFrom(from(capture(frameRequest(3)))), 'CAPTURE_FAILED');
      expect(error.message).to.include('frame 3');
    });
  }

  for (const [what, wrong] of Object.entries<Partial<InlineOptions>>({
    'no width': { format: { pixels: 'rgba', width: 0, height: 1 } },
    'half a height': { format: { pixels: 'rgba', width: 1, height: 0.5 } },
    'a negative rate': { fps: -30 },
    'a rate that is not exact': { fps: 29.97 },
    'no frames': { frames: 0 },
    'frames without an end': { frames: Number.POSITIVE_INFINITY },
  })) {
    it(`refuses ${what} at once`, () => {
      expect(() => inline({ ...options, ...wrong }))
        .to.throw()
        .with.property('code', 'INVALID_OPTION');
    });
  }
});
