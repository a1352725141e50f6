import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RenderOptions } from '../src/plan/renderOptions';
import { renderVideo } from '../src/renderVideo';
import { useFolder } from './support/folder';
import { rejection } from './support/rejection';
import { indexedInline, useRenderWorkspace } from './support/renderWorkspace';
import { later } from './support/settle';
import { decodeIndices, paintIndex } from './support/video';

const INDICES = Array.from({ length: 40 }, (_, index) => index);

describe('two renders of one output', () => {
  const workspace = useRenderWorkspace();
  const path = useFolder();

  const ways: [string, Partial<RenderOptions>][] = [
    ['in one go', {}],
    ['in segments', { segment: '7f' }],
    ['in segments and lanes', { segment: '7f', lanes: 2 }],
  ];
  for (const [how, options] of ways) {
    describe(how, () => {
      /** A render that stops at frame 20 until it may go on. */
      function begin(more: Partial<RenderOptions> = {}) {
        const there = later<void>();
        const go = later<void>();
        const source = indexedInline(40, {
          async capture({ index }) {
            if (index === 20) {
              there.resolve();
              await go.promise;
            }
            return paintIndex(index);
          },
        });
        const video = renderVideo(workspace.options({ source, ...options, ...more }));
        return { there: there.promise, go: go.resolve, video };
      }

      it('the second is refused, and does not harm the first', async () => {
        const first = begin();
        await first.there;
        for (const more of [{}, { overwrite: true }, { restart: true }, options]) {
          const { message } = await rejection(renderVideo(workspace.options(more)), 'OUTPUT_BUSY');
          expect(message).to.include(workspace.path('video.mp4')).and.include(`process ${process.pid}`);
        }
        first.go();
        expect((await first.video).frames).to.equal(40);
        expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(INDICES);
        expect(workspace.files()).to.deep.equal(['video.mp4']);
        workspace.expectQuiet();
      });

      it('the second is refused also where it has another name for the folder', async () => {
        symlinkSync(workspace.path(''), path('other'));
        const first = begin();
        await first.there;
        const output = join(path('other'), 'video.mp4');
        await rejection(renderVideo(workspace.options({ output })), 'OUTPUT_BUSY');
        first.go();
        await first.video;
        expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(INDICES);
      });

      it('of those that begin at once, one is made', async () => {
        const lost: string[] = [];
        const all = Array.from({ length: 4 }, () => begin({ overwrite: true }));
        const ends = all.map(async ({ video }) => {
          const error = await video.then(
            () => undefined,
            (reason) => reason,
          );
          if (error) lost.push(error.code);
          if (lost.length === 3) for (const { go } of all) go();
        });
        await Promise.all(ends);
        expect(lost).to.deep.equal(['OUTPUT_BUSY', 'OUTPUT_BUSY', 'OUTPUT_BUSY']);
        expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(INDICES);
        expect(workspace.files()).to.deep.equal(['video.mp4']);
        workspace.expectQuiet();
      });

      it('the next begins when the one before has ended, however that ended', async () => {
        const stop = new AbortController();
        const cancelled = begin({ signal: stop.signal });
        await cancelled.there;
        stop.abort();
        await rejection(cancelled.video, 'CANCELLED');
        await rejection(
          renderVideo(
            workspace.options({ source: indexedInline(40, { capture: () => Buffer.of(1) }), maxTries: 1 }),
          ),
          'FRAME_SIZE',
        );
        expect((await renderVideo(workspace.options(options))).frames).to.equal(40);
        expect((await renderVideo(workspace.options({ ...options, overwrite: true }))).frames).to.equal(40);
        expect(workspace.files()).to.deep.equal(['video.mp4']);
        workspace.expectQuiet();
      });
    });
  }
});
