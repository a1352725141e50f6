import { expect } from 'chai';
import { applyGains, type Gains } from '../../src/sound/gains';

describe('gains', () => {
  const gained = (at: number, length: number, gains: Gains) => {
    const samples = new Float32Array(length * 2).fill(1);
    applyGains(samples, at, gains);
    expect(samples.filter((_, i) => i % 2 === 0)).to.deep.equal(samples.filter((_, i) => i % 2 === 1));
    return [...samples.filter((_, i) => i % 2 === 0)];
  };

  it('go straight from point to point, and are constant before the first and behind the last', () => {
    expect(gained(0, 10, [2, 1, 6, 0, 7, 2])).to.deep.equal([1, 1, 1, 0.75, 0.5, 0.25, 0, 2, 2, 2]);
  });

  it('of one point are constant', () => {
    expect(gained(5, 3, [100, 0.5])).to.deep.equal([0.5, 0.5, 0.5]);
    expect(gained(500, 3, [100, 0.5])).to.deep.equal([0.5, 0.5, 0.5]);
  });

  it('have points between samples', () => {
    expect(gained(0, 4, [-0.5, 0, 1.5, 1, 2.5, 0])).to.deep.equal([0.25, 0.75, 0.5, 0]);
  });

  it('do not depend on where the samples are cut', () => {
    const points = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? at * 3.7 : Math.abs(Math.sin(at))));
    const whole = gained(0, 100, points);
    const parts = [gained(0, 33, points), gained(33, 1, points), gained(34, 66, points)].flat();
    expect(parts).to.deep.equal(whole);
  });
});
