import { expect } from 'chai';
import { CanvasProof, isDue } from '../../../../src/capture/chromium/canvas/canvasProof';
import { inexact } from '../../../../src/capture/chromium/canvas/inexact';
import type { Reference } from '../../../../src/capture/chromium/canvas/reference';
import { Deadline } from '../../../../src/process/deadline';
import { rejection } from '../../../support/rejection';

describe('the proof that drawn frames are those of the page', () => {
  const deadline = new Deadline(30);

  it('is one of each some hundred frames of a worker, and of workers side by side not at once', () => {
    const due = (worker: number) =>
      Array.from({ length: 600 }, (_, count) => count).filter((count) => isDue(count, worker));
    expect(due(0)).to.deep.equal([200, 400]);
    expect(due(1)).to.deep.equal([150, 350, 550]);
    expect(due(3)).to.deep.equal([50, 250, 450]);
    expect(due(4)).to.deep.equal(due(0));
  });

  /** What is asked of the reference for a film whose workers take frames in turn. */
  function film(
    frames: number,
    workers: number,
    { isReady = (index: number) => index >= 0, isWrong = false } = {},
  ) {
    const asked = { woken: [] as number[], compared: [] as number[], followed: 0 };
    let index = 0;
    const reference = {
      wake: () => void asked.woken.push(index),
      isReady,
      follow: () => {
        asked.followed += 1;
      },
      check: async () => {
        asked.compared.push(index);
        if (isWrong) throw inexact('it differs');
      },
    } as unknown as Reference;
    const proof = new CanvasProof(reference, new Set(), frames - 1);
    for (let worker = 0; worker < workers; worker += 1) expect(proof.numberWorker()).to.equal(worker);
    const run = async () => {
      for (; index < frames; index += 1) {
        const frame = { index, data: Buffer.alloc(0) };
        await proof.checkFrame(frame, Math.floor(index / workers), index % workers, deadline);
      }
    };
    return { run, proof, asked };
  }

  it('wakes the page some frames before it compares, where enough of them are left for that', async () => {
    for (const [workers, woken, compared] of [
      [1, 150, 200],
      [2, 201, 301],
      [4, 3, 203],
    ] as const) {
      const long = film(compared + 1, workers);
      await long.run();
      expect(long.asked.woken).to.deep.equal([woken, compared]);
      expect(long.asked.compared).to.deep.equal([compared]);
      const short = film(compared, workers);
      await short.run();
      expect(short.asked).to.deep.equal({ woken: [], compared: [], followed: compared });
    }
  });

  it('compares a later frame where the page is not ready for one', async () => {
    const { run, asked } = film(420, 2, { isReady: (index) => index > 330 });
    await run();
    expect(asked.compared).to.deep.equal([331, 400]);
  });

  it('has failed with the first frame that differs', async () => {
    const { run, asked, proof } = film(300, 1, { isWrong: true });
    await rejection(run(), 'CAPTURE_INEXACT');
    expect([asked.compared, proof.hasFailed]).to.deep.equal([[200], true]);
  });
});
