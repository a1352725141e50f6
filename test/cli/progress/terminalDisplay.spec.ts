import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { barLines } from '../../../src/cli/progress/terminalDisplay';
import type { Snapshot } from '../../../src/index';

const SNAPSHOT = {
  total: 108_000,
  captured: 51_012,
  written: 51_000,
  encoded: 50_991,
  encodeRate: 61.4,
  remainingSeconds: 928,
  outstanding: 6,
  window: 12,
  bottleneck: 'encode',
} as Snapshot;

const plain = (columns: number, snapshot = SNAPSHOT) =>
  barLines(snapshot, columns).map((line) => stripVTControlCharacters(line));

describe('barLines', () => {
  it('fits progress, rate, time left, window and bottleneck into 80 columns', () => {
    const [bar = '', facts = ''] = plain(80);
    expect(bar).to.match(/^█+░+ {2}47% {2}51000\/108000 {2}61 fps {2}15:28 left$/);
    expect(facts).to.equal('limited by FFmpeg  captured 51012  encoded 50991  window ████░░░░ 6/12');
  });

  it('never needs more columns than there are, and keeps the percentage to the last', () => {
    for (let columns = 5; columns <= 200; columns += 1) {
      const lines = plain(columns);
      for (const line of lines) expect(line.length, `${columns}: ${line}`).to.be.at.most(columns);
      expect(lines[0]).to.include('47%');
    }
  });

  it('has something to show before anything is known', () => {
    const nothing = {
      ...SNAPSHOT,
      total: 0,
      written: 0,
      window: 0,
      outstanding: 0,
      remainingSeconds: undefined,
    };
    expect(plain(80, nothing)).to.have.length(2);
    expect(plain(80, nothing)[0]).to.include('0%').and.include('-:-- left');
  });

  it('shows verified segments and retries where there are any', () => {
    const segmented = { ...SNAPSHOT, segments: 12, segmentsVerified: 5, retries: 1 };
    const [bar = '', facts = ''] = plain(100, segmented);
    expect(bar).to.match(
      /^█+░+ {2}47% {2}51000\/108000 {2}61 fps {2}15:28 left {2}5\/12 segments {2}1 retry$/,
    );
    expect(facts).to.equal(plain(100)[1]);
    expect(plain(100, { ...segmented, retries: 3 })[0]).to.match(/3 retries$/);
    expect(plain(100, { ...SNAPSHOT, segments: 1, segmentsVerified: 0, retries: 0 })).to.deep.equal(
      plain(100),
    );
    for (let columns = 5; columns <= 200; columns += 1) {
      for (const line of plain(columns, segmented)) expect(line.length).to.be.at.most(columns);
    }
  });
});
