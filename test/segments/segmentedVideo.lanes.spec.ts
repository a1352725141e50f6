import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { CaptureSource } from '../../src/capture/source';
import type { ErrorCode } from '../../src/errors';
import type { RenderEvent } from '../../src/frames/events';
import { frameBytes } from '../../src/frames/format';
import { parseFrameRate } from '../../src/frames/rate';
import { mostOutstanding } from '../support/events';
import { countFrom, film, ofType, requested, useSegmentWorkspace } from '../support/segmentWorkspace';
import { later, turns } from '../support/settle';
import { decodeIndices, encodeImage, paintIndex, SMALL } from '../support/video';

describe('lanes of a film in segments', () => {
  const workspace = useSegmentWorkspace();

  it('encode as many segments at once as there are lanes: one may wait for a frame of the one after the next', async () => {
    const reached = later<void>();
    const capture = async ({ index }: { index: number }) => {
      if (index === 25) reached.resolve();
      if (index === 5) await reached.promise;
      return paintIndex(index, { width: 64, height: 36 });
    };
    const { error } = await workspace.run({
      source: film(40, { capture }),
      lanes: 2,
      workers: 12,
      window: 30,
    });
    expect(error).to.equal(undefined);
    await workspace.expectWhole();
  });

  it('property: have exactly the frames, whatever is encoded at once, and whatever comes when', async () => {
    const shape = fc.record({
      count: fc.integer({ min: 1, max: 50 }),
      segments: fc.integer({ min: 1, max: 8 }),
      workers: fc.integer({ min: 1, max: 4 }),
      lanes: fc.constantFrom(1, 2, 3),
      window: fc.integer({ min: 1, max: 12 }),
      fps: fc.constantFrom('30', '30000/1001', '24000/1001', '25', '60'),
      delays: fc.array(fc.nat(6), { minLength: 1, maxLength: 7 }),
    });
    const property = fc.asyncProperty(shape, async ({ count, segments, delays, fps, ...options }) => {
      const length = Math.ceil(count / segments);
      const capture = async ({ index }: { index: number }) => {
        await turns(delays[index % delays.length] ?? 0);
        return paintIndex(index, { width: 64, height: 36 });
      };
      const source = film(count, { capture, fps });
      const render = await workspace.run({ source, segment: `${length}f`, overwrite: true, ...options });
      if (render.error) throw render.error;
      await workspace.expectWhole({ first: 0, count }, parseFrameRate(fps));
      expect(requested(render)).to.deep.equal(countFrom(0, count));
      expect(mostOutstanding(render.events)).to.be.at.most(Math.min(options.window, count));
      if (length < count) expect(mostOpen(render.events, length)).to.be.at.most(options.lanes + 1);
    });
    await fc.assert(property, { numRuns: 7 });
  });

  describe('share one budget', () => {
    it('of frames: as many are outstanding as the window allows, and no more', async () => {
      const { error, result, events } = await workspace.run({ lanes: 3, workers: 4, window: 5 });
      expect(error).to.equal(undefined);
      expect(mostOutstanding(events)).to.equal(5);
      expect(result).to.include({ peakOutstanding: 5, window: 5 });
    });

    describe('of bytes', () => {
      const format = { image: 'png', ...SMALL } as const;
      const perFrame = frameBytes(format);
      const memory = Math.floor(2.5 * perFrame);
      const pictures: Buffer[] = [];

      before(async () => {
        for (const index of countFrom(0, 40))
          pictures.push(await encodeImage(paintIndex(index), SMALL, 'png'));
      });

      /** Renders, and tells how many bytes were outstanding at most: a frame that has not come counts with the most. */
      async function mostBytes(capture: (index: number) => Uint8Array | Promise<Uint8Array>) {
        const source = film(40, { format, capture: ({ index }) => capture(index) });
        const options = { source, lanes: 3, workers: 4, window: 12, memory };
        const { error, events } = await workspace.run(options);
        expect(error).to.equal(undefined);
        expect(await decodeIndices(workspace.output())).to.deep.equal(countFrom(0, 40));
        const bytes = new Map<number, number>();
        let most = 0;
        for (const event of events) {
          if (event.type === 'requested') bytes.set(event.index, perFrame);
          if (event.type === 'captured') bytes.set(event.index, event.bytes);
          if (event.type === 'written') bytes.delete(event.index);
          most = Math.max(
            most,
            [...bytes.values()].reduce((sum, one) => sum + one, 0),
          );
        }
        return { most, frames: mostOutstanding(events) };
      }

      it('within the budget, also while frames are late', async () => {
        const { most } = await mostBytes(async (index) => {
          await turns((index * 7) % 5);
          return pictures[index] as Buffer;
        });
        expect(most).to.be.within(2 * perFrame, memory);
      });

      it('with more frames outstanding when they are small', async () => {
        const { most, frames } = await mostBytes((index) => pictures[index] as Buffer);
        expect(most).to.be.at.most(memory);
        expect(frames).to.be.within(3, 12);
      });
    });
  });

  describe('end together', () => {
    /** All but the third segment stop in the middle. */
    const capture = ({ index }: { index: number }) => {
      const comes = index % 10 < 5 || Math.floor(index / 10) === 2;
      return comes ? paintIndex(index, { width: 64, height: 36 }) : new Promise<never>(() => {});
    };
    /** What is done to the arguments of the third segment's FFmpeg, in Bash. */
    const endings: [string, string, ErrorCode, string][] = [
      ['cannot start', 'set -- -nonsense "$@"', 'ENCODE_FAILED', 'nonsense'],
      [
        'drops frames',
        `set -- "\${@/format=yuv444p,/framestep=5,format=yuv444p,}"`,
        'FRAMES_LOST',
        'encoded 2',
      ],
    ];
    for (const [what, change, code, says] of endings) {
      it(`when the encoder of one ${what}: ${code}`, async () => {
        const ffmpeg = workspace.path('ffmpeg');
        const script = [
          '#!/bin/bash',
          `case "$*" in *segment-00003*) ${change};; esac`,
          `exec '${workspace.ffmpeg()}' "$@"`,
        ];
        writeFileSync(ffmpeg, script.join('\n'), { mode: 0o755 });
        const options = { source: film(40, { capture }), lanes: 3, workers: 40, window: 40, ffmpeg };
        const { error } = await workspace.run(options);
        expect(error).to.have.property('code', code);
        expect(error).to.have.property('message').that.includes(says);
        expect(workspace.files()).to.deep.equal([]);
      });
    }
  });

  describe('of a source that only moves forward', () => {
    const source = () => sequential(film(40));

    it('are refused: INVALID_OPTION', async () => {
      const { error } = await workspace.run({ source: source(), lanes: 2 });
      expect(error).to.have.property('code', 'INVALID_OPTION');
      expect(error)
        .to.have.property('message')
        .that.matches(/lanes: invalid value 2; .*ascending order/);
      expect(workspace.files()).to.deep.equal([]);
    });

    it('are one by default: each worker gets ascending frames', async () => {
      const { error, events } = await workspace.run({
        source: source(),
        workers: 3,
        window: 4,
      });
      expect(error).to.equal(undefined);
      expect(ofType(events, 'planned')[0]?.plan).to.include({ lanes: 1 });
      expect(ofType(events, 'requested').map(({ index }) => index)).to.deep.equal(countFrom(0, 40));
      for (const name of ['worker 1', 'worker 2', 'worker 3']) {
        const frames = ofType(events, 'captureStarted').filter(({ worker }) => worker === name);
        const indices = frames.map(({ index }) => index);
        expect(indices).to.deep.equal([...indices].sort((a, b) => a - b));
      }
      await workspace.expectWhole();
    });
  });
});

/** The most segments that were begun and not yet verified. */
function mostOpen(events: readonly RenderEvent[], length: number): number {
  const open = new Set<number>();
  let most = 0;
  for (const event of events) {
    if (event.type === 'requested') open.add(Math.floor(event.index / length));
    if (event.type === 'segmentVerified') open.delete(event.segment);
    most = Math.max(most, open.size);
  }
  return most;
}

function sequential(source: CaptureSource): CaptureSource {
  return {
    open() {
      const session = source.open();
      return {
        ...session,
        describe: async (wanted) => ({ ...(await session.describe(wanted)), sequential: true }),
      };
    },
  };
}
