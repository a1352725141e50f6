import { expect } from 'chai';
import * as fc from 'fast-check';
import { type FrameRate, formatFrameRate, framesIn, frameTime, parseFrameRate } from '../../src/frames/rate';
import { expectThrows } from '../support/expectThrows';

const rate = (numerator: number, denominator: number): FrameRate => ({ numerator, denominator });

describe('parseFrameRate', () => {
  const cases = [
    [30, rate(30, 1)],
    ['30', rate(30, 1)],
    [' 25 ', rate(25, 1)],
    ['30000/1001', rate(30000, 1001)],
    ['60000/2002', rate(30000, 1001)],
    ['25/2', rate(25, 2)],
    [rate(50, 2), rate(25, 1)],
    [2147483647, rate(2147483647, 1)],
  ] as const;
  for (const [input, expected] of cases) {
    it(`reads ${JSON.stringify(input)}`, () => expect(parseFrameRate(input)).deep.equal(expected));
  }

  const decimals = [
    [29.97, '30000/1001'],
    ['29.97', '30000/1001'],
    [23.976, '24000/1001'],
    [23.98, '24000/1001'],
    [59.94, '60000/1001'],
    ['119.88', '120000/1001'],
    [12.5, '25/2'],
    [0.5, '1/2'],
    ['30.0', '30'],
  ] as const;
  for (const [input, use] of decimals) {
    it(`refuses ${JSON.stringify(input)}, and names ${use}`, () => {
      expectThrows(() => parseFrameRate(input), 'INVALID_OPTION', 'fps', `use ${use}`);
      expect(formatFrameRate(parseFrameRate(use))).equal(use);
    });
  }

  const nonsense = [
    0,
    -30,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    'fast',
    '30/0',
    '0/1',
    '-30/1',
    '30/1001/2',
    '1/1.5',
  ];
  for (const input of [...nonsense, rate(0, 1), rate(30, 0), rate(29.97, 1), rate(-30, -1)]) {
    it(`refuses ${JSON.stringify(input)} (${input})`, () => {
      expectThrows(() => parseFrameRate(input), 'INVALID_OPTION', 'fps', 'rate above 0');
    });
  }

  it('refuses terms that FFmpeg cannot hold, and what is no rate at all', () => {
    expectThrows(() => parseFrameRate('2147483648'), 'INVALID_OPTION', '2147483647');
    expectThrows(() => parseFrameRate('1/2147483648'), 'INVALID_OPTION', '2147483647');
    expectThrows(() => parseFrameRate(null as never, 'rate'), 'INVALID_OPTION', 'rate');
  });

  const terms = fc.integer({ min: 1, max: 2 ** 31 - 1 });

  it('property: what is formatted is read again, exactly', () => {
    fc.assert(
      fc.property(terms, terms, (numerator, denominator) => {
        const read = parseFrameRate({ numerator, denominator });
        expect(BigInt(read.numerator) * BigInt(denominator)).equal(
          BigInt(read.denominator) * BigInt(numerator),
        );
        expect(parseFrameRate(formatFrameRate(read))).deep.equal(read);
        expect(parseFrameRate(`${numerator}/${denominator}`)).deep.equal(read);
      }),
    );
  });

  it('property: every decimal is refused, with a rate that is accepted and near', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 240_000 }), (thousandths) => {
        fc.pre(thousandths % 1000 !== 0);
        const decimal = thousandths / 1000;
        let use = '';
        try {
          parseFrameRate(decimal);
        } catch (error) {
          use = /use (\S+)$/.exec((error as Error).message)?.[1] ?? '';
        }
        const { numerator, denominator } = parseFrameRate(use);
        expect(numerator / denominator).closeTo(decimal, 0.006);
      }),
    );
  });
});

describe('frameTime and framesIn', () => {
  it('are exact where the rate is', () => {
    expect(frameTime(30, rate(30, 1))).equal(1);
    expect(frameTime(30000, rate(30000, 1001))).equal(1001);
    expect(framesIn(10, rate(30, 1))).equal(300);
    expect(framesIn(1001, rate(30000, 1001))).equal(30000);
    expect(framesIn(3600, rate(30000, 1001))).equal(107892);
  });

  it('property: as many frames fit before a frame as its index says', () => {
    const rates = fc.constantFrom(
      rate(24, 1),
      rate(25, 1),
      rate(30000, 1001),
      rate(60000, 1001),
      rate(25, 2),
    );
    fc.assert(
      fc.property(rates, fc.nat(10_000_000), (fps, index) => {
        expect(framesIn(frameTime(index, fps), fps)).equal(index);
      }),
    );
  });
});
