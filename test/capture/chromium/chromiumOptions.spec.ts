import { expect } from 'chai';
import {
  type ChromiumOptions,
  checkOptions,
  checkPage,
  isUrl,
} from '../../../src/capture/chromium/chromiumOptions';
import { expectThrows } from '../../support/expectThrows';

describe('the options of chromium', () => {
  it('have these defaults', () => {
    expect(checkOptions({})).to.deep.equal({
      ...{ image: 'png', quality: 90, scale: 1, loadTimeout: 60, seed: 1 },
      ...{ dedupe: true, sequential: false, strict: false, keepGoing: false, mediaCache: 1e9 },
    });
  });

  it('are kept as they are given', () => {
    const given: ChromiumOptions = {
      ...{ image: 'jpeg', quality: 100, scale: 0.5, loadTimeout: 0.1, seed: 2 ** 32 - 1 },
      ...{
        dedupe: false,
        sequential: true,
        strict: true,
        keepGoing: true,
        mediaCache: 1,
        browser: '/b',
        capture: 'screenshot',
      },
    };
    expect(checkOptions(given)).to.deep.equal(given);
  });

  const wrong: [keyof ChromiumOptions, unknown[]][] = [
    ['image', ['webp', '', 1]],
    ['capture', ['both', '']],
    ['quality', [0, 101, 1.5, Number.NaN, '90']],
    ['scale', [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['loadTimeout', [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['mediaCache', [0, -1, Number.NaN, 'many']],
    ['seed', [-1, 2 ** 32, 0.5]],
  ];
  for (const [option, values] of wrong) {
    for (const value of values) {
      it(`refuse ${option} ${JSON.stringify(value) ?? value} (${value})`, () =>
        expectThrows(() => checkOptions({ [option]: value } as ChromiumOptions), 'INVALID_OPTION', option));
    }
  }

  it('take URLs as they stand, and make paths absolute', () => {
    for (const url of ['http://a/b', 'HTTPS://a']) expect(checkPage(url)).to.equal(url);
    expect(checkPage('package.json')).to.equal(`${process.cwd()}/package.json`);
    expect(isUrl('file:///a')).to.equal(false);
  });
});
