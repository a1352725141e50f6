import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import type { RenderEvent } from '../src/frames/events';
import type { RenderOptions } from '../src/plan/renderOptions';
import { render } from '../src/render';
import { renderVideo } from '../src/renderVideo';
import { rejection } from './support/rejection';
import { indexedInline, indexedThreads, useRenderWorkspace } from './support/renderWorkspace';
import { decodeIndices } from './support/video';

describe('cancelling a render', () => {
  const workspace = useRenderWorkspace();

  /** Unsubscribes at the first event that `at` is true of, and waits until everything is closed. */
  function cancelAt(options: Partial<RenderOptions>, at: 'once' | ((event: RenderEvent) => boolean)) {
    const told: RenderEvent['type'][] = [];
    return new Promise<{ closed: number; told: RenderEvent['type'][] }>((resolve, reject) => {
      let closed = 0;
      const onClosed = () => {
        closed += 1;
        setImmediate(() => resolve({ closed, told }));
      };
      const subscription = render(workspace.options({ ...options, onClosed })).subscribe({
        next(event) {
          told.push(event.type);
          if (at !== 'once' && at(event)) subscription.unsubscribe();
        },
        error: reject,
        complete: () => reject(new Error('completed, and was not cancelled')),
      });
      if (at === 'once') subscription.unsubscribe();
    });
  }

  const kinds = { threads: () => indexedThreads({ frames: 500 }), inline: () => indexedInline(500) };
  for (const [kind, source] of Object.entries(kinds)) {
    describe(`with ${kind}`, () => {
      const points: [string, 'once' | ((event: RenderEvent) => boolean)][] = [
        ['while it is planned', 'once'],
        ['while workers start', ({ type }) => type === 'planned'],
        ['at the first request', ({ type }) => type === 'requested'],
        ['when a capture has started', ({ type }) => type === 'captureStarted'],
        ['when a frame is captured', ({ type }) => type === 'captured'],
        ['in the middle', (event) => event.type === 'written' && event.index === 30],
      ];
      for (const [when, at] of points) {
        it(`leaves nothing: ${when}`, async () => {
          const { closed, told } = await cancelAt({ source: source() }, at);
          expect(closed).to.equal(1);
          expect(told).not.to.include('finished');
          expect(workspace.files()).to.deep.equal([]);
          workspace.expectQuiet();
        });
      }
    });
  }

  it('leaves nothing, or the whole video: while it is finished', async () => {
    const isLast = (event: RenderEvent) => event.type === 'written' && event.index === 19;
    const { closed } = await cancelAt({ source: indexedInline(20) }, isLast);
    expect(closed).to.equal(1);
    expect(workspace.files()).to.deep.equal([]);
    workspace.expectQuiet();

    // A little later, FFmpeg is being waited for.
    const later = await new Promise<number>((resolve) => {
      let count = 0;
      const onClosed = () => {
        count += 1;
        setImmediate(() => resolve(count));
      };
      const subscription = render(workspace.options({ source: indexedInline(20), onClosed })).subscribe(
        (event) => {
          if (isLast(event)) setImmediate(() => subscription.unsubscribe());
        },
      );
    });
    expect(later).to.equal(1);
    if (workspace.files().length > 0) {
      expect(workspace.files()).to.deep.equal(['video.mp4']);
      expect(await decodeIndices(workspace.path('video.mp4'))).to.have.lengthOf(20);
    }
    workspace.expectQuiet();
  });

  describe('by a signal', () => {
    it('that was aborted before: CANCELLED, and nothing is made', async () => {
      const reason = new Error('changed my mind');
      const source = indexedThreads();
      const error = await rejection(
        renderVideo(workspace.options({ source, signal: AbortSignal.abort(reason) })),
        'CANCELLED',
      );
      expect(error.cause).to.equal(reason);
      expect(workspace.files()).to.deep.equal([]);
      workspace.expectQuiet();
    });

    for (const [kind, source] of Object.entries(kinds)) {
      it(`in the middle, with ${kind}: CANCELLED, when everything is closed`, async () => {
        const { signal, abort } = controller();
        let closed = false;
        const failing = new Promise<unknown>((_, reject) => {
          const onClosed = () => {
            closed = true;
          };
          render(workspace.options({ source: source(), signal, onClosed })).subscribe({
            next: (event) => event.type === 'written' && event.index === 30 && abort(),
            error: (error) => {
              expect(closed).to.equal(true);
              workspace.expectQuiet();
              reject(error);
            },
          });
        });
        await rejection(failing, 'CANCELLED');
        expect(workspace.files()).to.deep.equal([]);
        expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
      });
    }

    it('that is never aborted: no listener is left on it', async () => {
      const { signal } = controller();
      await renderVideo(workspace.options({ source: indexedInline(3), signal }));
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });
  });

  function controller() {
    const control = new AbortController();
    return { signal: control.signal, abort: () => control.abort() };
  }
});
