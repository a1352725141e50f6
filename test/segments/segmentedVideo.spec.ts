import { expect } from 'chai';
import { parseFrameRate } from '../../src/frames/rate';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { exactFrames } from '../support/exactFrames';
import { film, ofType, undisturbed, useSegmentWorkspace } from '../support/segmentWorkspace';

const RATES = ['30', '30000/1001', '24000/1001'];

describe('a film in segments', () => {
  const workspace = useSegmentWorkspace();

  it('is compared with a film whose frames all differ', async () => {
    const sums = await undisturbed();
    expect(sums).to.have.lengthOf(420);
    expect(new Set(sums)).to.have.property('size', 420);
  });

  describe('has exactly the frames of an undisturbed one, each at exactly its time', () => {
    const long: [string, Partial<RenderOptions>][] = [
      ['30', { workers: 3, lanes: 2 }],
      ['30000/1001', { workers: 4, lanes: 4 }],
      ['24000/1001', { workers: 2, lanes: 3 }],
    ];
    for (const [fps, options] of long) {
      it(`12 × 34 frames at ${fps}`, async () => {
        const { error, events } = await workspace.run({
          source: film(408, { fps }),
          segment: '34f',
          ...options,
        });
        expect(error).to.equal(undefined);
        expect(ofType(events, 'segmentVerified')).to.have.lengthOf(12);
        await workspace.expectWhole({ first: 0, count: 408 }, parseFrameRate(fps));
      });
    }

    for (const [at, fps] of RATES.entries()) {
      it(`segments of one frame at ${fps}`, async () => {
        const options = { source: film(6, { fps }), segment: '1f', workers: at + 1, lanes: at + 1 };
        const { error, events } = await workspace.run(options);
        expect(error).to.equal(undefined);
        expect(ofType(events, 'segmentVerified')).to.have.lengthOf(6);
        await workspace.expectWhole({ first: 0, count: 6 }, parseFrameRate(fps));
      });
    }

    it('frames that are shown in another order than they are encoded in, also in a last segment of one', async () => {
      const { error } = await workspace.run({ source: film(25), segment: '12f', preset: 'medium', lanes: 2 });
      expect(error).to.equal(undefined);
      await workspace.expectWhole({ first: 0, count: 25 });
    });

    it('of a part of a film', async () => {
      const { error, events } = await workspace.run({ source: film(60), frames: '17-50', segment: '10f' });
      expect(error).to.equal(undefined);
      const verified = ofType(events, 'segmentVerified').map(({ range }) => range);
      expect(verified.sort((a, b) => a.first - b.first)).to.deep.equal([
        { first: 17, count: 10 },
        { first: 27, count: 10 },
        { first: 37, count: 10 },
        { first: 47, count: 4 },
      ]);
      await workspace.expectWhole({ first: 17, count: 34 });
    });

    it('of a film of a single frame', async () => {
      const { error } = await workspace.run({ source: film(1), segment: '10f' });
      expect(error).to.equal(undefined);
      await workspace.expectWhole({ first: 0, count: 1 });
    });

    for (const [extension, slack] of [
      ['mov', 0],
      ['mkv', 0.001], // It counts in milliseconds.
    ] as const) {
      it(`in a ${extension}`, async () => {
        const output = workspace.path(`out/film.${extension}`);
        const { error } = await workspace.run({
          output,
          source: film(40, { fps: '30000/1001' }),
          segment: '17f',
        });
        expect(error).to.equal(undefined);
        expect(workspace.files()).to.deep.equal([`film.${extension}`]);
        const { sums, problem } = await exactFrames(output, parseFrameRate('30000/1001'), { slack });
        expect(problem).to.equal(undefined);
        expect(sums).to.deep.equal((await undisturbed()).slice(0, 40));
      });
    }
  });

  it('replaces a video only when it is whole, and only where that was asked for', async () => {
    await workspace.run({ source: film(3), segment: 'off' });
    const { error } = await workspace.run();
    expect(error).to.have.property('code', 'OUTPUT_EXISTS');
    expect(workspace.files()).to.deep.equal(['film.mp4']);
    const replaced = await workspace.run({ overwrite: true }, ({ type }) => {
      if (type === 'assembling') expect(workspace.files()).to.deep.equal(['.film.mp4.filmgate', 'film.mp4']);
    });
    expect(replaced.error).to.equal(undefined);
    await workspace.expectWhole();
  });
});
