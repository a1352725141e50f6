import { expect } from 'chai';
import { StderrTail } from '../../src/process/stderrTail';

describe('StderrTail', () => {
  it('keeps the end, and no more than its limit', () => {
    const tail = new StderrTail(8);
    for (const chunk of ['one', 'two', 'three', 'four']) tail.add(Buffer.from(chunk));
    expect(tail.toString()).to.equal('hreefour');
    tail.add(Buffer.from('much more than that'));
    expect(tail.toString()).to.equal('han that');
  });
});
