import { statSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import type { RenderEvent } from '../src/frames/events';
import type { RenderOptions } from '../src/plan/renderOptions';
import type { Snapshot } from '../src/progress/snapshot';
import { render } from '../src/render';
import { renderVideo } from '../src/renderVideo';
import { rejection } from './support/rejection';
import { indexedInline, indexedThreads, useRenderWorkspace } from './support/renderWorkspace';
import { decode, decodeIndices, frameMd5, probe, SMALL } from './support/video';

describe('render', () => {
  const workspace = useRenderWorkspace();
  const allEvents = (options: RenderOptions) => lastValueFrom(render(options).pipe(toArray()));
  const indices = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);
  const of = <T extends RenderEvent['type']>(events: RenderEvent[], type: T) =>
    events.filter((event): event is Extract<RenderEvent, { type: T }> => event.type === type);

  /** The most frames that were outstanding, by the events alone. */
  function peakOf(events: RenderEvent[]): number {
    let outstanding = 0;
    let peak = 0;
    for (const { type } of events) {
      if (type === 'requested') outstanding += 1;
      if (type === 'written') outstanding -= 1;
      peak = Math.max(peak, outstanding);
    }
    return peak;
  }

  describe('shows frame n as frame n, and makes the same video', () => {
    for (const [workers, window] of [[1], [2], [2, 2], [5], [5, 5], [5, 1]] as const) {
      it(`with ${workers} workers and ${window === undefined ? 'the default window' : `window ${window}`}`, async () => {
        const asked = { workers, ...(window === undefined ? {} : { window }) };
        const events = await allEvents(workspace.options({ source: indexedThreads(), ...asked }));
        expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(indices(0, 40));
        const [planned, finished] = [of(events, 'planned')[0], of(events, 'finished')[0]];
        const allowed = window ?? (planned?.plan.window as number);
        expect(finished?.result).to.include({ window: allowed, peakOutstanding: peakOf(events) });
        expect(peakOf(events)).to.be.within(1, allowed);
        workspace.expectQuiet();

        const alone = workspace.path('alone.mp4');
        await allEvents(workspace.options({ workers: 1, window: 1, output: alone }));
        expect(await frameMd5(workspace.path('video.mp4'))).to.deep.equal(await frameMd5(alone));
      });
    }
  });

  it('puts in order what an inline source completes in any order', async () => {
    await allEvents(workspace.options({ workers: 5 }));
    expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(indices(0, 40));
  });

  it('renders a range of the frames, on threads and inline', async () => {
    for (const source of [indexedThreads(), indexedInline(40)]) {
      const [finished] = of(
        await allEvents(workspace.options({ source, frames: '11-25', overwrite: true })),
        'finished',
      );
      expect(finished?.result.frames).to.equal(15);
      expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(indices(11, 15));
    }
  });

  it('takes size, rate and duration from the caller', async () => {
    const source = indexedThreads();
    await allEvents(workspace.options({ source, size: '32x16', fps: '24000/1001', duration: 0.5 }));
    expect(await probe(workspace.path('video.mp4'))).to.include({ width: 32, height: 16, fps: 23.98 });
    expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(indices(0, 12));
  });

  it('keeps no alpha where the scene says that it is opaque, unless it is asked to', async () => {
    const source = indexedInline(2, { alpha: false });
    const output = workspace.path('video.webm');
    const pixelFormat = async (options: Partial<RenderOptions>) => {
      const asked = workspace.options({ source, output, overwrite: true, preset: '8', ...options });
      return of(await allEvents(asked), 'planned')[0]?.plan.pixelFormat;
    };
    expect(await pixelFormat({})).to.equal('yuv420p');
    expect(await pixelFormat({ alpha: undefined } as object)).to.equal('yuv420p');
    expect(await pixelFormat({ alpha: true })).to.equal('yuva420p');
  });

  it('tells all that happens, in the order in which it happens', async () => {
    const events = await allEvents(workspace.options({ window: 3 }));
    expect(events[0]?.type).to.equal('planned');
    expect(events.at(-1)?.type).to.equal('finished');
    for (const type of ['planned', 'finished'] as const) expect(of(events, type)).to.have.lengthOf(1);
    for (const type of ['requested', 'written'] as const) {
      expect(of(events, type).map(({ index }) => index)).to.deep.equal(indices(0, 40));
    }
    for (const index of indices(0, 40)) {
      const life = events
        .filter((event) => 'index' in event && event.index === index)
        .map(({ type }) => type);
      expect(life).to.deep.equal(['requested', 'captureStarted', 'captured', 'writing', 'written']);
    }
    expect(of(events, 'workerReady').map(({ worker }) => worker)).to.have.members(['worker 1', 'worker 2']);
    expect(of(events, 'planned')[0]?.plan).to.deep.include({
      output: workspace.path('video.mp4'),
      size: SMALL,
      range: { first: 0, count: 40 },
      workers: ['worker 1', 'worker 2'],
      window: 3,
      memory: 512e6,
      encoder: 'libx264',
      pixelFormat: 'yuv420p',
    });
    const result = of(events, 'finished')[0]?.result;
    expect(result).to.include({
      output: workspace.path('video.mp4'),
      frames: 40,
      window: 3,
      peakOutstanding: 3,
    });
    expect(result?.bytes).to.equal(statSync(workspace.path('video.mp4')).size);
    expect(result?.elapsedSeconds).to.be.greaterThan(0);
  });

  it('has no more workers than frames, and no larger a window than memory has room for', async () => {
    const frame = SMALL.width * SMALL.height * 4;
    const events = await allEvents(workspace.options({ frames: '0-2', workers: 8, memory: frame * 2 + 1 }));
    expect(of(events, 'planned')[0]?.plan).to.deep.include({
      workers: ['worker 1', 'worker 2', 'worker 3'],
      window: 2,
    });
    expect(peakOf(events)).to.equal(2);
  });

  it('is cold: a second subscription renders again', async () => {
    const source = indexedInline(5);
    const video = render(workspace.options({ source, overwrite: true }));
    const lives = [await lastValueFrom(video), await lastValueFrom(video)];
    expect(lives.map(({ type }) => type)).to.deep.equal(['finished', 'finished']);
    const kept = render(workspace.options({ source }));
    await rejection(lastValueFrom(kept), 'OUTPUT_EXISTS');
    expect((await decode(workspace.path('video.mp4'))).frames).to.have.lengthOf(5);
  });

  describe('renderVideo', () => {
    it('resolves with the result, and tells of the progress, the end included', async () => {
      const snapshots: Snapshot[] = [];
      const result = await renderVideo({ ...workspace.options(), onProgress: (now) => snapshots.push(now) });
      expect(result).to.include({ frames: 40, output: workspace.path('video.mp4') });
      expect(snapshots.at(-1)).to.include({ total: 40, written: 40, encoded: 40, outstanding: 0 });
      workspace.expectQuiet();
    });

    it('calls onClosed once, before it resolves', async () => {
      let closed = 0;
      await renderVideo(workspace.options({ source: indexedInline(3), onClosed: () => (closed += 1) }));
      expect(closed).to.equal(1);
    });

    it('cancels the render when onProgress throws, and rejects with that when all is closed', async () => {
      const source = indexedInline(10_000, { capture: () => new Promise(() => {}) });
      let closed = 0;
      const onClosed = () => {
        closed += 1;
      };
      const failure = new Error('no display');
      const onProgress = () => {
        throw failure;
      };
      const outcome = await renderVideo({ ...workspace.options({ source, onClosed }), onProgress }).catch(
        (e) => e,
      );
      expect(outcome).to.equal(failure);
      expect(closed).to.equal(1);
      expect(workspace.files()).to.deep.equal([]);
      workspace.expectQuiet();
    });
  });
});
