import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { from, lastValueFrom } from 'rxjs';
import { chromium } from '../../../src/capture/chromium/chromium';
import { type CaptureSource, planCapture } from '../../../src/capture/source';
import { Deadline } from '../../../src/process/deadline';
import { describeCaptureWorker, STUCK_FRAME } from '../../support/captureContract';
import { MODES, usePageWorkspace } from '../../support/pageWorkspace';
import { rejection } from '../../support/rejection';
import { decode } from '../../support/video';

describe('workers of chromium', () => {
  const workspace = usePageWorkspace({ keepsBrowsers: true });

  for (const capture of MODES) {
    describeCaptureWorker(
      `chromium by ${capture}`,
      () =>
        atTen(chromium(workspace.path('pages/indexed.html'), { capture, browser: workspace.browser.path })),
      {
        isFar: true,
        async decode(frame) {
          const path = workspace.path('frame.png');
          writeFileSync(path, frame);
          return (await decode(path, { pixels: 'rgba' })).frames[0] as Buffer;
        },
      },
    );
  }

  for (const capture of MODES) {
    it(`say what they wait for when a frame is not there by its deadline, by ${capture}`, async () => {
      const source = chromium(workspace.path('pages/indexed.html'), {
        capture,
        browser: workspace.browser.path,
      });
      const session = atTen(source).open();
      const range = { first: 0, count: 20 };
      const plan = planCapture(await session.describe({}), { range, window: 1, keepAlpha: false });
      const worker = session.prepare(plan)('worker 1');
      await worker.ready;
      const capturing = lastValueFrom(
        from(worker.capture({ index: STUCK_FRAME, slot: 0, deadline: new Deadline(0.5) })),
      );
      const error = await rejection(capturing, 'PAGE_NOT_READY');
      expect(error).to.include({ frame: STUCK_FRAME, worker: 'worker 1' });
      expect(error.message)
        .to.include(`frame ${STUCK_FRAME}`)
        .and.include('0.5 s')
        .and.include('seek(1.7) of window.filmgate');
      await worker.close();
      await session.close();
    });
  }
});

/** The source at ten frames in a second. */
function atTen(source: CaptureSource): CaptureSource {
  return {
    open() {
      const session = source.open();
      return {
        describe: (overrides) => session.describe({ ...overrides, fps: { numerator: 10, denominator: 1 } }),
        prepare: (plan) => session.prepare(plan),
        close: () => session.close(),
      };
    },
  };
}
