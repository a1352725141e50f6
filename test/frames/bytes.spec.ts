import { expect } from 'chai';
import * as fc from 'fast-check';
import { formatBytes, parseBytes } from '../../src/frames/bytes';
import { expectThrows } from '../support/expectThrows';

describe('parseBytes', () => {
  const cases = [
    [1, 1],
    [512_000_000, 512_000_000],
    ['4096', 4096],
    ['10 B', 10],
    ['512MB', 512e6],
    ['512 mb', 512e6],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['2KiB', 2048],
    ['3MiB', 3 * 2 ** 20],
    [' 1GB ', 1e9],
    ['0.5KB', 500],
    ['1.9B', 1],
  ] as const;
  for (const [input, bytes] of cases) {
    it(`reads ${JSON.stringify(input)}`, () => expect(parseBytes(input)).equal(bytes));
  }

  for (const input of [
    '',
    'MB',
    '0',
    '0MB',
    '-5MB',
    '5XB',
    '5 M B',
    '1e9',
    '1,5GB',
    'lots',
    0,
    -1,
    0.5,
    Number.NaN,
    1e30,
  ]) {
    it(`refuses ${JSON.stringify(input)} (${input})`, () => {
      expectThrows(() => parseBytes(input, 'memory'), 'INVALID_OPTION', 'memory', '512MB');
    });
  }
});

describe('formatBytes', () => {
  const cases = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 KB'],
    [8_294_400, '8.29 MB'],
    [512e6, '512 MB'],
    [1.5e9, '1.5 GB'],
    [999_999, '1 MB'],
    [999_999_999, '1 GB'],
    [80e12, '80000 GB'],
  ] as const;
  for (const [bytes, text] of cases) {
    it(`shows ${bytes} as ${text}`, () => expect(formatBytes(bytes)).equal(text));
  }

  it('property: is read again within half a percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e14 }), (bytes) => {
        expect(parseBytes(formatBytes(bytes)) / bytes).within(0.995, 1.006);
      }),
    );
  });
});
