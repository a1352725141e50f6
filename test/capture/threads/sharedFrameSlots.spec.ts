import { expect } from 'chai';
import { SharedFrameSlots } from '../../../src/capture/threads/sharedFrameSlots';

describe('SharedFrameSlots', () => {
  it('has as many slots as it was given, each of the size of a frame', () => {
    const ring = SharedFrameSlots.allocate(3, 16);
    expect(ring.memory.byteLength).to.equal(48);
    expect(ring.bytes(0)).to.have.lengthOf(16);
    expect(ring.pixels(2)).to.have.lengthOf(16);
  });

  it('gives every place a slot of its own', () => {
    const ring = SharedFrameSlots.allocate(4, 8);
    const places = [3, 0, 2, 1];
    for (const place of places) ring.bytes(place).fill(place + 5);
    expect(places.map((place) => [...ring.bytes(place)])).to.deep.equal(
      places.map((place) => new Array(8).fill(place + 5)),
    );
  });

  it('has nothing beyond its last place', () => {
    const ring = SharedFrameSlots.allocate(4, 8);
    for (const place of [4, -1]) {
      expect(() => ring.bytes(place)).to.throw(RangeError);
      expect(() => ring.pixels(place)).to.throw(RangeError);
    }
  });

  it('is the same memory on both sides, as bytes and as pixels', () => {
    const here = SharedFrameSlots.allocate(3, 8);
    const there = SharedFrameSlots.over(here.memory, 3);
    there.pixels(2).fill(300); // Clamped, as a canvas has it.
    expect([...here.bytes(2)]).to.deep.equal(new Array(8).fill(255));
    expect([...here.bytes(1)]).to.deep.equal(new Array(8).fill(0));
  });
});
