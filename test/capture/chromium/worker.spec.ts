import { writeFileSync } from 'node:fs';
import { chromium } from '../../../src/capture/chromium/chromium';
import type { CaptureSource } from '../../../src/capture/source';
import { describeCaptureWorker } from '../../support/captureContract';
import { MODES, usePageStage } from '../../support/pageStage';
import { decode } from '../../support/video';

describe('workers of chromium', () => {
  const stage = usePageStage({ keepsBrowsers: true });

  for (const capture of MODES) {
    describeCaptureWorker(
      `chromium by ${capture}`,
      () => atTen(chromium(stage.path('pages/indexed.html'), { capture, browser: stage.browser.path })),
      {
        isFar: true,
        async decode(frame) {
          const path = stage.path('frame.png');
          writeFileSync(path, frame);
          return (await decode(path, { pixels: 'rgba' })).frames[0] as Buffer;
        },
      },
    );
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
