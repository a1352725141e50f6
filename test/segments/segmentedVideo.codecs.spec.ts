import { expect } from 'chai';
import { exactFrames } from '../support/exactFrames';
import { type Asked, countFrom, film, ofType, useSegmentWorkspace } from '../support/segmentWorkspace';
import { decodeIndices, paintIndex } from '../support/video';

const SIZE = { width: 64, height: 64 }; // SVT-AV1 refuses less.
const RATE = { numerator: 30000, denominator: 1001 };
const MILLISECOND = 0.001; // webm counts in them

describe('segments of each codec', () => {
  const workspace = useSegmentWorkspace();
  const source = (alpha = false) =>
    film(13, {
      format: { pixels: 'rgba', ...SIZE },
      fps: '30000/1001',
      alpha,
      capture: ({ index }) => paintIndex(index, SIZE),
    });
  const usual = { crf: undefined, pixelFormat: undefined, preset: undefined, segment: '6f', lanes: 2 };

  const joined: [string, Asked, number][] = [
    ['film.mp4', { codec: 'h265', preset: 'ultrafast' }, 0],
    ['film.webm', { codec: 'vp9' }, MILLISECOND],
    ['film.mp4', { codec: 'av1', preset: '12' }, 0],
    ['film.mov', { codec: 'prores' }, 0],
  ];
  for (const [name, options, slack] of joined) {
    it(`${options.codec} are joined: every frame once, in order, at its time`, async () => {
      const output = workspace.path(`out/${name}`);
      const { error, events } = await workspace.run({ ...usual, ...options, source: source(), output });
      expect(error).to.equal(undefined);
      expect(ofType(events, 'segmentVerified')).to.have.lengthOf(3);
      expect(workspace.files()).to.deep.equal([name]);
      const { sums, problem } = await exactFrames(output, RATE, { slack });
      expect(problem).to.equal(undefined);
      expect(sums).to.have.lengthOf(13);
      expect(await decodeIndices(output)).to.deep.equal(countFrom(0, 13));
    });
  }

  const whole: [string, string, Asked][] = [
    ['VP9 with alpha', 'film.webm', { source: source(true), alpha: true }],
    ['GIF', 'film.gif', {}],
    ['PNG', 'frames/%03d.png', {}],
  ];
  for (const [what, name, options] of whole) {
    it(`${what} is written in one go: it cannot be joined without loss`, async () => {
      const output = workspace.path(`out/${name}`);
      const { error, events } = await workspace.run({ ...usual, source: source(), output, ...options });
      expect(error).to.equal(undefined);
      expect(ofType(events, 'planned')[0]?.plan.segments).to.equal(1);
      expect(ofType(events, 'segmentVerified')).to.deep.equal([]);
      expect(workspace.files()).to.deep.equal([name.split('/')[0]]);
      expect(await decodeIndices(output)).to.deep.equal(countFrom(0, 13));
    });
  }
});
