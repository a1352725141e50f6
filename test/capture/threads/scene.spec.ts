import { expect } from 'chai';
import type { SourceOverrides } from '../../../src/capture/source';
import { defineScene, describeScene, type Scene } from '../../../src/capture/threads/scene';

describe('describeScene', () => {
  const scene: Scene = { width: 64, height: 48, fps: 30, frames: 90, paint() {} };
  const { frames: _, ...endless } = scene;
  const rate = (numerator: number, denominator = 1) => ({ numerator, denominator });

  const good: [string, Scene, SourceOverrides, object][] = [
    ['frames', scene, {}, { frames: 90, fps: rate(30) }],
    ['a duration', { ...endless, duration: 2.5 }, {}, { frames: 75 }],
    [
      'frames at a rate that is no number',
      { ...scene, fps: '30000/1001' },
      {},
      { frames: 90, fps: rate(30000, 1001) },
    ],
    ['a very long scene', { ...scene, fps: '30000/1001', frames: 10_000_019 }, {}, { frames: 10_000_019 }],
    ['another rate', scene, { fps: rate(60) }, { frames: 180, fps: rate(60) }],
    ['another duration', scene, { duration: 1 }, { frames: 30 }],
    ['another rate and duration', scene, { fps: rate(10), duration: 1 }, { frames: 10 }],
    ['another width', scene, { width: 32 }, { format: { width: 32, height: 48, pixels: 'rgba' } }],
    ['an opaque scene', { ...scene, alpha: false }, {}, { sourceAlpha: false }],
  ];
  for (const [what, declared, overrides, expected] of good) {
    it(`takes ${what}`, () => expect(describeScene(declared, overrides)).to.deep.include(expected));
  }

  const bad: [string, Scene, SourceOverrides, RegExp][] = [
    ['no width', { ...scene, width: 0 }, {}, /width/],
    ['a negative height', { ...scene, height: -48 }, {}, /height/],
    ['half a pixel', { ...scene, width: 64.5 }, {}, /width/],
    ['no rate', { ...scene, fps: 0 }, {}, /fps/],
    ['a rate that is not exact', { ...scene, fps: 29.97 }, {}, /30000\/1001/],
    ['a rate that is missing', { ...scene, fps: undefined as never }, {}, /fps/],
    ['no frames', { ...scene, frames: 0 }, {}, /frames/],
    ['half a frame', { ...scene, frames: 0.5 }, {}, /frames/],
    ['no time', { ...endless, duration: 0 }, {}, /duration/],
    ['time without an end', { ...endless, duration: Number.POSITIVE_INFINITY }, {}, /duration/],
    ['too short a time for one frame', { ...endless, duration: 0.001 }, {}, /frames/],
  ];
  for (const [what, declared, overrides, message] of bad) {
    it(`refuses ${what}: INVALID_OPTION`, () => {
      expect(() => describeScene(declared, overrides))
        .to.throw(message)
        .with.property('code', 'INVALID_OPTION');
    });
  }

  it('defines a scene as it is', () => expect(defineScene(scene)).to.equal(scene));
});
