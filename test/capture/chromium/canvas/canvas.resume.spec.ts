import { expect } from 'chai';
import { chromium } from '../../../../src/capture/chromium/chromium';
import type { CaptureMode } from '../../../../src/capture/chromium/findBrowser';
import type { RenderEvent } from '../../../../src/frames/events';
import { renderVideo } from '../../../../src/renderVideo';
import { fallbacks, seekable, sums, useCanvasWorkspace } from '../../../support/canvasWorkspace';
import type { PageRender } from '../../../support/pageWorkspace';
import { rejection } from '../../../support/rejection';

describe('pages that are drawn into a canvas', () => {
  const workspace = useCanvasWorkspace();

  it("are resumed in either way with arguments of one's own for FFmpeg, which are asked for once for all segments", async () => {
    const page = workspace.write('resumed.html', seekable('x'));
    let asked = 0;
    const ffmpegArgs = (args: string[]) => {
      asked += 1;
      return args.map((arg, at) => (args[at - 1] === '-vf' ? `hue=s=0,${arg}` : arg));
    };
    for (const [begun, resumed] of [
      ['beginframe', 'canvas'],
      ['canvas', 'beginframe'],
    ] as const) {
      const more = {
        segment: '3f',
        size: { width: 128, height: 48 },
        output: `own-${begun}.mp4`,
        ffmpegArgs,
      };
      const options = (capture: CaptureMode) => ({
        ...workspace.options(page, {}, more),
        source: chromium(page, { capture, browser: workspace.browser.path }),
      });
      const stop = new AbortController();
      const onEvent = ({ type }: RenderEvent) => type === 'segmentVerified' && stop.abort();
      asked = 0;
      await renderVideo({ ...options(begun), signal: stop.signal, onEvent }).catch(() => {});
      expect(asked, begun).to.equal(2); // For the whole video, and for all segments.
      const { events } = await workspace.renderAs({ ...options(resumed), resume: true });
      expect(asked, resumed).to.equal(4);
      const last = events.at(-1);
      expect(last?.type === 'finished' && last.result.resumedFrames).to.be.at.least(3);
      expect(fallbacks(events)).to.deep.equal([]);
    }
  });

  it('are resumed in either way, as the frames are the same', async () => {
    const page = workspace.write('resumed.html', seekable('x'));
    for (const [width, ...captures] of [
      [64, 'canvas', 'canvas', 'beginframe', 'canvas'],
      [66, 'canvas', 'beginframe', 'canvas'],
    ] as const) {
      const film = { duration: 2, size: { width, height: 48 } };
      const more: PageRender = { ...film, segment: '3f', output: `resumed-${width}.mp4` };
      const verified = new Set<number>();
      for (const [turn, capture] of captures.entries()) {
        const isLast = turn === captures.length - 1;
        const kept = new Set(verified);
        const events: RenderEvent[] = [];
        const stop = new AbortController();
        const onEvent = (event: RenderEvent) => {
          events.push(event);
          if (event.type !== 'segmentVerified') return;
          verified.add(event.segment);
          if (!isLast) stop.abort();
        };
        const source = chromium(page, { capture, browser: workspace.browser.path });
        const options = { ...workspace.options(page, {}, more), source, resume: turn > 0 };
        const rendering = renderVideo({ ...options, signal: stop.signal, onEvent });
        if (!isLast) await rejection(rendering, 'CANCELLED');
        else expect((await rendering).resumedFrames).to.be.at.least(3 * kept.size);
        const what = `${width} pixels wide, turn ${turn}, by ${capture}`;
        expect(kept.size, what).to.be.at.least(turn);
        const again = events.filter(
          ({ type, ...event }) =>
            type === 'requested' && 'index' in event && kept.has(Math.floor(Number(event.index) / 3)),
        );
        expect(again, what).to.deep.equal([]);
        expect(fallbacks(events), what).to.deep.equal([]);
      }
      expect(await sums(workspace.path(`out/resumed-${width}.mp4`))).to.deep.equal(
        await workspace.shots(page, film),
      );
    }
  });
});
