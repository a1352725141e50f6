import { expect } from 'chai';
import { concat, lastValueFrom, of, throwError, toArray } from 'rxjs';
import type { CaptureSession, CaptureSource } from '../src/capture/source';
import { FilmgateError } from '../src/errors';
import { type Failed, type OpenSession, withFallback } from '../src/fallback';
import type { RenderEvent } from '../src/frames/events';
import { withCleanup } from '../src/schedule/withCleanup';
import { rejection } from './support/rejection';

describe('a source with a fallback', () => {
  const written = (index: number): RenderEvent => ({ type: 'written', index });
  const inexact = new FilmgateError('CAPTURE_INEXACT', 'frame 1 differs', { frame: 1 });
  const opened: string[] = [];
  const closed: unknown[] = [];

  beforeEach(() => {
    opened.length = 0;
    closed.length = 0;
  });

  function source(name: string, fallback?: CaptureSource): CaptureSource {
    return {
      open() {
        opened.push(name);
        const found = fallback && { source: fallback, keepsSegments: true };
        return { fallback: () => found } as unknown as CaptureSession;
      },
    };
  }

  const failures: (Failed | undefined)[] = [];
  const run = (from: CaptureSource, errors: readonly unknown[]) => {
    failures.length = 0;
    const left = [...errors];
    const attempt = (open: OpenSession, done: ((error?: unknown) => void) | undefined, failed?: Failed) =>
      withCleanup<RenderEvent>(() => {
        open();
        failures.push(failed);
        const error = left.shift();
        return error
          ? concat(
              of(written(0)),
              throwError(() => error),
            )
          : of(written(0), written(1));
      }, done);
    return withFallback(from, (error) => closed.push(error), attempt);
  };

  it('starts again with it, tells so, and is closed once', async () => {
    const events = await lastValueFrom(run(source('first', source('second')), [inexact]).pipe(toArray()));
    const fallback = { type: 'captureFallback', message: 'frame 1 differs', index: 1 };
    expect(events).to.deep.equal([written(0), fallback, written(0), written(1)]);
    expect(opened).to.deep.equal(['first', 'second']);
    expect(failures).to.deep.equal([undefined, { error: inexact, keepsSegments: true }]);
    expect(closed).to.deep.equal([undefined]);
  });

  it('fails with the first error where there is none', async () => {
    await rejection(lastValueFrom(run(source('only'), [inexact])), 'CAPTURE_INEXACT');
    expect(closed).to.deep.equal([inexact]);
  });

  it('fails with what the second attempt fails with, and does not start a third', async () => {
    const other = new FilmgateError('PAGE_FAILED', 'the page is gone');
    const failing = run(source('first', source('second', source('third'))), [inexact, other]);
    await rejection(lastValueFrom(failing), 'PAGE_FAILED');
    expect(opened).to.deep.equal(['first', 'second']);
    expect(closed).to.deep.equal([other]);
  });

  it('is not used when nobody wants the render any more', () => {
    run(source('first', source('second')), [])
      .subscribe()
      .unsubscribe();
    expect(opened).to.deep.equal(['first']);
    expect(closed).to.deep.equal([undefined]);
  });
});
