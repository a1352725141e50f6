import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { extraFacts, planLine, summaryLine } from '../../../src/cli/progress/progressText';
import type { RenderResult, Snapshot } from '../../../src/index';
import { summaryOf } from '../../support/events';

const RESULT: RenderResult = {
  output: 'out.mp4',
  frames: 600,
  bytes: 2_000_000,
  elapsedSeconds: 10,
  peakOutstanding: 7,
  window: 8,
  retries: 0,
  resumedFrames: 0,
};

const summary = (more: Partial<RenderResult>) =>
  stripVTControlCharacters(summaryLine({ ...RESULT, ...more }));

describe('summaryLine', () => {
  it('names the output, and says how large it is and how long it took', () => {
    expect(summary({})).to.equal('done out.mp4  600 frames, 2 MB, 10.0 s (60 fps), peak 7 of 8');
    expect(summary({ frames: 1, elapsedSeconds: 0.5 })).to.match(/ 1 frame, .* 0\.5 s \(2 fps\)/);
  });

  it('counts retries, if there were any', () => {
    expect(summary({ retries: 1 })).to.match(/peak 7 of 8, 1 retry$/);
    expect(summary({ retries: 12 })).to.match(/peak 7 of 8, 12 retries$/);
  });

  it('counts the frames that were reused, and leaves them out of the rate', () => {
    expect(summary({ resumedFrames: 400 })).to.match(
      /600 frames, .* 10\.0 s \(20 fps\), peak 7 of 8, 400 frames reused$/,
    );
    expect(summary({ resumedFrames: 600, retries: 2 })).to.match(
      /\(0 fps\), .*, 600 frames reused, 2 retries$/,
    );
  });
});

describe('planLine', () => {
  it('says what is going to be rendered, and how', () => {
    expect(planLine(summaryOf(600, ['a', 'b']))).to.equal(
      '600 frames, 64x48, 30 fps, 2 workers, libx264 (FFmpeg 7.0)',
    );
    expect(planLine(summaryOf(1, ['a']))).to.match(/^1 frame, .* 1 worker, /);
  });

  it('says in how many segments, and how many of them are reused', () => {
    const segments = (more: object) => planLine(summaryOf(600, ['a'], { segments: 12, ...more }));
    expect(segments({})).to.match(/\(FFmpeg 7\.0\), 12 segments$/);
    expect(segments({ resumedSegments: 3, resumedFrames: 150 })).to.match(/, 12 segments, 3 of them reused$/);
  });
});

describe('extraFacts', () => {
  it('has segments and retries only where there are any', () => {
    const of = (snapshot: Partial<Snapshot>) => extraFacts(snapshot as Snapshot);
    expect(of({ segments: 1, segmentsVerified: 0, retries: 0 })).to.deep.equal([]);
    expect(of({ segments: 2, segmentsVerified: 0, retries: 0 })).to.deep.equal(['0/2 segments']);
    expect(of({ segments: 1, segmentsVerified: 1, retries: 1 })).to.deep.equal(['1 retry']);
  });
});
