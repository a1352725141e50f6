import { expect } from 'chai';
import type { SoundRun } from '../../src/frames/sound';
import { type HeardRun, HeardSound, joinHeard } from '../../src/sound/heardSound';
import { expectThrows } from '../support/expectThrows';
import { runOf } from '../support/soundingFilm';

describe('what frames tell is heard', () => {
  function collect(first: number, told: readonly (Partial<SoundRun> | undefined)[]): readonly HeardRun[] {
    const heard = new HeardSound();
    for (const [at, run] of told.entries()) {
      heard.add({ index: first + at, sound: run ? [runOf('/a.wav', run)] : [] });
    }
    return heard.runs;
  }
  const volumes = (...all: number[]) => all.map((volume) => ({ volume }));
  const spansOf = (runs: readonly HeardRun[]) => runs.map(({ spans }) => spans);

  it('keeps points of volume where that changes, and both ends of a constant stretch', () => {
    const runs = collect(5, volumes(1, 1, 1, 0.5, 0.25, 0.25, 0.25, 1));
    const points = [5, 1, 7, 1, 8, 0.5, 9, 0.25, 11, 0.25, 12, 1];
    expect(spansOf(runs)).to.deep.equal([[{ first: 5, last: 12, volumes: points }]]);
  });

  it('does not grow with the frames of a constant volume', () => {
    const runs = collect(0, volumes(...new Array(10_000).fill(0.5)));
    expect(spansOf(runs)).to.deep.equal([[{ first: 0, last: 9_999, volumes: [0, 0.5] }]]);
  });

  it('has a stretch for each row of frames that tell of it', () => {
    const runs = collect(0, [{}, {}, undefined, {}]);
    expect(spansOf(runs)).to.deep.equal([
      [
        { first: 0, last: 1, volumes: [0, 1] },
        { first: 3, last: 3, volumes: [3, 1] },
      ],
    ]);
  });

  it('takes the end that was told last, and a run once where a frame tells of it twice', () => {
    const heard = new HeardSound();
    heard.add({ index: 0, sound: [runOf('/a.wav', { volume: 0.5 }), runOf('/a.wav')] });
    heard.add({ index: 1, sound: [runOf('/a.wav', { end: 2 })] });
    heard.add({ index: 2, sound: [runOf('/a.wav')] });
    expect(heard.runs).to.have.lengthOf(1);
    expect(heard.runs[0]).to.deep.include({
      end: 2,
      spans: [{ first: 0, last: 2, volumes: [0, 0.5, 1, 1] }],
    });
    expect(heard.runs[0]).to.have.property('spans').with.nested.property('[0].volumes[1]', 0.5);
  });

  it('is the same in one go and in segments, also where it comes back from a manifest', () => {
    const told = [...volumes(1, 1, 1, 0.5, 0.5, 0.5, 0.2, 0.3), undefined, ...volumes(1, 1, 0)];
    const whole = spansOf(collect(0, told));
    for (let cut = 1; cut < told.length; cut += 1) {
      const parts = [collect(0, told.slice(0, cut)), collect(cut, told.slice(cut))];
      const joined = joinHeard(JSON.parse(JSON.stringify(parts)));
      const shape = (spans: HeardRun['spans'][]) => spans[0]?.map(({ first, last }) => [first, last]);
      expect(shape(spansOf(joined))).to.deep.equal(shape(whole));
      for (let frame = 0; frame < told.length; frame += 1) {
        expect(volumeAt(joined, frame), `frame ${frame}, cut at ${cut}`).to.equal(told[frame]?.volume);
      }
    }
  });

  it('keeps runs apart by their ids', () => {
    const heard = new HeardSound();
    heard.add({ index: 0, sound: [runOf('/a.wav', { id: 'one' }), runOf('/a.wav', { id: 'other' })] });
    expect(joinHeard([heard.runs, heard.runs]).map(({ id }) => id)).to.deep.equal(['one', 'other']);
  });

  for (const bad of [
    { start: Number.NaN },
    { from: Number.POSITIVE_INFINITY },
    { rate: 0.05 },
    { volume: -1 },
    { duration: 0 },
  ]) {
    it(`cannot be ${Object.entries(bad)}: AUDIO_INVALID`, () => {
      expectThrows(() => collect(7, [bad]), 'AUDIO_INVALID', 'frame 7', '/a.wav', Object.keys(bad)[0] ?? '');
    });
  }
});

/** The volume of a run at a frame, read from its points. */
function volumeAt([run]: readonly HeardRun[], frame: number): number | undefined {
  const span = run?.spans.find(({ first, last }) => frame >= first && frame <= last);
  if (!span) return undefined;
  const points = span.volumes;
  let at = 0;
  while (at + 2 < points.length && (points[at + 2] as number) <= frame) at += 2;
  const [x, volume, nextX = x, next = volume] = points.slice(at, at + 4) as [number, number];
  return frame === x || nextX === x ? volume : volume + ((next - volume) * (frame - x)) / (nextX - x);
}
