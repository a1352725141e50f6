import { expect } from 'chai';
import { Reference } from '../../../../src/capture/chromium/canvas/reference';
import { Deadline } from '../../../../src/process/deadline';
import { rejection } from '../../../support/rejection';
import { later } from '../../../support/settle';
import { encodeImage, paintFlat, SMALL } from '../../../support/video';

describe('the page that drawn frames are compared with', () => {
  const deadline = new Deadline(30);
  const grey = (value: number) => paintFlat([value, value, value, 255]);

  /** Frames are as light as their index. */
  function open({ failing = -1, failingReloads = 0, sequential = false } = {}) {
    const asked: (number | string)[] = [];
    let shown = -1;
    const loaded = later<void>();
    const page = {
      reload: async () => {
        asked.push('reload');
        setImmediate(loaded.resolve);
        if (asked.filter((one) => one === 'reload').length <= failingReloads)
          throw new Error('the browser did not start');
      },
      rest: async () => void asked.push('rest'),
      seek: async (index: number) => {
        asked.push(index);
        shown = index;
      },
      screenshot: async () => {
        if (shown === failing) throw new Error('the browser went away');
        return encodeImage(grey(shown), SMALL, 'png');
      },
    };
    const format = { pixels: 'bgrx', ...SMALL } as const;
    const options = { format, ffmpeg: undefined, sequential, loadTimeout: 30 };
    return { asked, reference: new Reference(page, options), isLoaded: () => loaded.promise };
  }

  it('accepts frames that are equal, and names one that is not', async () => {
    const { reference } = open();
    await reference.check(
      [3, 7].map((index) => ({ index, data: grey(index) })),
      deadline,
    );
    const wrong = reference.check([{ index: 9, data: grey(10) }], deadline);
    expect((await rejection(wrong, 'CAPTURE_INEXACT')).message).to.include(
      'frame 9 differs from a screenshot in 9216 samples, by up to 1',
    );
  });

  it('is loaded anew for a frame before the last one, and compares in the order in which it is asked', async () => {
    const { reference, asked } = open();
    await Promise.all([4, 6, 5].map((index) => reference.check([{ index, data: grey(index) }], deadline)));
    expect(asked).to.deep.equal([4, 6, 'reload', 5]);
  });

  it('follows a page that only moves forward, in strides, and is ready for what comes soon', async () => {
    const { reference, asked } = open({ sequential: true });
    await reference.check([{ index: 0, data: grey(0) }], deadline);
    for (const index of [19, 20, 10, 39, 41, 60]) reference.follow(index);
    expect(reference.isReady(61)).to.equal(false); // It is not there yet.
    await reference.check([{ index: 62, data: grey(62) }], deadline);
    expect(asked).to.deep.equal([0, 20, 40, 60, 62]);
    expect([62, 63, 102, 103].map((index) => reference.isReady(index))).to.deep.equal([
      ...[false, true, true, false],
    ]);
  });

  it('does not follow another page, which is ready for any frame', async () => {
    const { reference, asked } = open();
    reference.follow(60);
    expect([7, 700].map((index) => reference.isReady(index))).to.deep.equal([true, true]);
    await reference.check([{ index: 3, data: grey(3) }], deadline);
    expect(asked).to.deep.equal([3]);
  });

  it('counts what cannot be compared as different', async () => {
    const { reference } = open({ failing: 5 });
    const failed = reference.check([{ index: 5, data: grey(5) }], deadline);
    expect((await rejection(failed, 'CAPTURE_INEXACT')).message).to.include('the browser went away');
    await reference.check([{ index: 6, data: grey(6) }], deadline);
  });

  for (const sequential of [false, true])
    it(`rests until it is woken, ${sequential ? 'and catches up' : 'once'}`, async () => {
      const { reference, asked, isLoaded } = open({ sequential });
      await reference.check([{ index: 9, data: grey(9) }], deadline);
      await reference.rest(deadline);
      expect(reference.isReady(50)).to.equal(false);
      reference.follow(50);
      reference.wake();
      reference.wake();
      expect(reference.isReady(50)).to.equal(false);
      await isLoaded();
      reference.follow(50);
      await reference.check([{ index: 52, data: grey(52) }], deadline);
      const way = sequential ? [20, 40] : [];
      expect(asked).to.deep.equal([9, 'rest', 'reload', ...way, 52]);
    });

  it('tells when it cannot be loaded, and is tried again, at the next comparison', async () => {
    const { reference, asked, isLoaded } = open({ failingReloads: 2 });
    await reference.rest(deadline);
    reference.wake();
    await isLoaded();
    expect(reference.isReady(3)).to.equal(true);
    const failed = reference.check([{ index: 3, data: grey(3) }], deadline);
    expect((await rejection(failed, 'CAPTURE_INEXACT')).message).to.include('the browser did not start');
    expect(asked).to.deep.equal(['rest', 'reload', 'reload']);
  });
});
