import { expect } from 'chai';
import { SlotRing } from '../../src/capture/ring';

describe('SlotRing', () => {
  it('has as many slots as it was given, each of the size of a frame', () => {
    const ring = SlotRing.allocate(3, 16);
    expect(ring.memory.byteLength).to.equal(48);
    expect(ring.bytes(0)).to.have.lengthOf(16);
    expect(ring.pixels(2)).to.have.lengthOf(16);
  });

  it('gives every frame of a window a slot of its own, wherever the window stands', () => {
    const ring = SlotRing.allocate(4, 8);
    for (const first of [0, 1, 6, 4_000_000_003]) {
      const run = [first, first + 1, first + 2, first + 3];
      for (const index of run) ring.bytes(index).fill(index % 251);
      expect(run.map((index) => [...new Set(ring.bytes(index))])).to.deep.equal(
        run.map((index) => [index % 251]),
      );
    }
  });

  it('is the same memory on both sides, as bytes and as pixels', () => {
    const here = SlotRing.allocate(3, 8);
    const there = SlotRing.over(here.memory, 3);
    there.pixels(5).fill(300); // Clamped, as a canvas has it.
    expect([...here.bytes(5)]).to.deep.equal(new Array(8).fill(255));
    expect([...here.bytes(4)]).to.deep.equal(new Array(8).fill(0));
    expect([...here.bytes(2)]).to.deep.equal([...here.bytes(5)]);
  });
});
