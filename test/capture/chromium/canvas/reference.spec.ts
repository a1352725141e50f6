import { expect } from 'chai';
import { Reference } from '../../../../src/capture/chromium/canvas/reference';
import { Deadline } from '../../../../src/process/deadline';
import { rejection } from '../../../support/rejection';
import { encodeImage, paintFlat, SMALL } from '../../../support/video';

describe('the page that drawn frames are compared with', () => {
  const deadline = new Deadline(30);
  const grey = (value: number) => paintFlat([value, value, value, 255]);

  /** Frames are as light as their index. */
  function open({ failing, failingReload }: { failing?: number; failingReload?: number } = {}) {
    const asked: (number | string)[] = [];
    let shown = -1;
    const page = {
      reload: async () => {
        asked.push('reload');
        if (asked.length === failingReload) throw new Error('the browser did not start');
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
    return { asked, reference: new Reference(page, { format, ffmpeg: undefined }) };
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

  it('follows a page that only moves forward, in strides', async () => {
    const { reference, asked } = open();
    await reference.check([{ index: 0, data: grey(0) }], deadline);
    for (const index of [19, 20, 10, 39, 41, 60]) reference.follow(index);
    await reference.check([{ index: 62, data: grey(62) }], deadline);
    expect(asked).to.deep.equal([0, 20, 40, 60, 62]);
  });

  it('counts what cannot be compared as different', async () => {
    const { reference } = open({ failing: 5 });
    const failed = reference.check([{ index: 5, data: grey(5) }], deadline);
    expect((await rejection(failed, 'CAPTURE_INEXACT')).message).to.include('the browser went away');
    await reference.check([{ index: 6, data: grey(6) }], deadline);
  });

  it('rests until the next comparison of a worker is near, or comes', async () => {
    const { reference, asked } = open();
    const compare = (index: number) => reference.check([{ index, data: grey(index) }], deadline);
    await compare(9);
    await reference.rest(deadline);
    for (let count = 0; count < 100; count += 1) reference.wake(count, 1);
    reference.follow(150);
    await compare(2); // Another one, that nobody knew to be near.
    await reference.rest(deadline);
    for (let count = 100; count < 200; count += 1) reference.wake(count, 1);
    reference.follow(50);
    await compare(52);
    expect(asked).to.deep.equal([9, 'rest', 'reload', 2, 'rest', 'reload', 20, 40, 52]);
  });

  it('may be near from the first frame of a worker on', async () => {
    const { reference, asked } = open();
    await reference.rest(deadline);
    reference.wake(0, 3);
    await reference.check([{ index: 9, data: grey(9) }], deadline);
    expect(asked).to.deep.equal(['rest', 'reload', 9]);
  });

  it('is loaded for the comparison where that could not be done before', async () => {
    const { reference, asked } = open({ failingReload: 2 });
    await reference.rest(deadline);
    reference.wake(150, 0);
    await reference.check([{ index: 3, data: grey(3) }], deadline);
    expect(asked).to.deep.equal(['rest', 'reload', 'reload', 3]);
  });

  it('compares one of each some hundred frames of a worker, and of workers side by side not at once', () => {
    const { reference } = open();
    const due = (worker: number) =>
      Array.from({ length: 600 }, (_, count) => count).filter((count) => reference.isDue(count, worker));
    expect(due(0)).to.deep.equal([200, 400]);
    expect(due(1)).to.deep.equal([150, 350, 550]);
    expect(due(3)).to.deep.equal([50, 250, 450]);
    expect(due(4)).to.deep.equal(due(0));
  });
});
