import { expect } from 'chai';
import * as fc from 'fast-check';
import { ByteBudget } from '../../src/schedule/byteBudget';

describe('ByteBudget', () => {
  it('counts a frame that is not captured with the most that it can have', () => {
    const budget = new ByteBudget(250, 100);
    budget.reserve(0);
    expect(budget.hasRoom()).equal(true);
    budget.reserve(1);
    expect(budget.hasRoom()).equal(false);
  });

  it('counts a captured frame with what it has', () => {
    const budget = new ByteBudget(250, 100);
    budget.reserve(0);
    budget.reserve(1);
    budget.hold(1, 50);
    expect(budget.hasRoom()).equal(true);
    budget.hold(1, 51);
    expect(budget.hasRoom()).equal(false);
  });

  it('gives back all that a frame had', () => {
    const budget = new ByteBudget(100, 100);
    budget.reserve(0);
    budget.hold(0, 7);
    expect(budget.hasRoom()).equal(false);
    budget.release(0);
    expect(budget.hasRoom()).equal(true);
    budget.release(0);
    budget.reserve(1);
    expect(budget.hasRoom()).equal(false);
  });

  it('always has room for the first frame', () => {
    expect(new ByteBudget(1, 100).hasRoom()).equal(true);
  });

  it('property: frames that had room never hold more than the budget together', () => {
    const step = fc.record({ index: fc.nat(9), bytes: fc.nat(100) });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 900 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const budget = new ByteBudget(limit, 100);
        const reserved = new Set<number>();
        const held = new Map<number, number>();
        for (const { index, bytes } of steps) {
          if (reserved.delete(index)) {
            budget.hold(index, bytes);
            held.set(index, bytes);
          } else if (held.delete(index)) {
            budget.release(index);
          } else if (budget.hasRoom()) {
            budget.reserve(index);
            reserved.add(index);
          }
          const total = reserved.size * 100 + [...held.values()].reduce((sum, size) => sum + size, 0);
          expect(total).most(limit);
          expect(budget.hasRoom()).equal(reserved.size + held.size === 0 || total + 100 <= limit);
        }
      }),
    );
  });
});
