import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, tap } from 'rxjs';
import { threads } from '../src/capture/threads/threads';
import type { ErrorCode, FilmgateError } from '../src/errors';
import type { RenderEvent } from '../src/frames/events';
import type { RenderOptions } from '../src/plan/renderOptions';
import { render } from '../src/render';
import { useFolder } from './support/folder';
import { rejection } from './support/rejection';
import { indexedInline, indexedThreads, useRenderWorkspace } from './support/renderWorkspace';
import { paintIndex } from './support/video';

describe('a render that fails', () => {
  const workspace = useRenderWorkspace();
  const path = useFolder();

  /** Renders, and checks that one error came out, once, and nothing is left. */
  async function fails(
    options: Partial<RenderOptions>,
    code: ErrorCode,
    onEvent: (event: RenderEvent) => void = () => {},
  ): Promise<FilmgateError> {
    let closed = 0;
    const onClosed = () => {
      closed += 1;
    };
    const events = render(workspace.options({ ...options, onClosed })).pipe(tap(onEvent));
    const error = await rejection(lastValueFrom(events), code);
    expect(closed).to.equal(1);
    expect(workspace.files()).to.deep.equal([]);
    workspace.expectQuiet();
    return error;
  }

  describe('by its FFmpeg', () => {
    const kinds = { threads: () => indexedThreads({ frames: 300 }), inline: () => indexedInline(300) };
    for (const [kind, source] of Object.entries(kinds)) {
      it(`killed at frame 40, with ${kind}: ENCODE_FAILED, soon after`, async () => {
        let killed = Number.NaN;
        const error = await fails({ source: source() }, 'ENCODE_FAILED', (event) => {
          if (event.type !== 'written' || event.index !== 40) return;
          workspace.killFFmpeg();
          killed = performance.now(); // Its id is known by now.
        });
        expect(performance.now() - killed).to.be.below(5000);
        expect(error.message).to.include('SIGKILL');
      });
    }

    it('killed while nothing is captured: ENCODE_FAILED', async () => {
      const source = indexedInline(300, { capture: () => new Promise(() => {}) });
      const error = await fails({ source }, 'ENCODE_FAILED', ({ type }) => {
        if (type === 'planned') workspace.killFFmpeg();
      });
      expect(error.message).to.include('SIGKILL');
    });

    it('refusing its arguments: ENCODE_FAILED, in its own words', async () => {
      const ffmpegArgs = (args: string[]) => ['-nonsense', ...args];
      const error = await fails({ source: indexedInline(300), ffmpegArgs }, 'ENCODE_FAILED');
      expect(error.message).to.include('nonsense');
    });

    it('stopping after ten frames: ENCODE_FAILED', async () => {
      const ffmpegArgs = (args: string[]) => [...args.slice(0, -1), '-frames:v', '10', ...args.slice(-1)];
      const error = await fails({ source: indexedInline(300), ffmpegArgs }, 'ENCODE_FAILED');
      expect(error.message).to.include('10 frames');
    });

    it('dropping frames: FRAMES_LOST', async () => {
      const drop = (args: string[]) => args.with(args.indexOf('-vf') + 1, 'select=lt(n\\,2),format=yuv420p');
      const error = await fails({ source: indexedInline(12), ffmpegArgs: drop }, 'FRAMES_LOST');
      expect(error.message).to.include('12 frames').and.include('encoded 2');
    });
  });

  describe('by its frames', () => {
    it('one that throws, on a thread: CAPTURE_FAILED, named', async () => {
      const error = await fails({ source: indexedThreads({ fail: 23 }), workers: 3 }, 'CAPTURE_FAILED');
      expect(error.message).to.include('frame 23').and.include('the lamp broke');
    });

    it('one that throws, inline: CAPTURE_FAILED, named', async () => {
      const capture = ({ index }: { index: number }) => {
        if (index === 23) throw new Error('the lamp broke');
        return paintIndex(index);
      };
      const error = await fails({ source: indexedInline(40, { capture }) }, 'CAPTURE_FAILED');
      expect(error.message).to.include('frame 23').and.include('the lamp broke');
    });

    it('one without bytes: CAPTURE_FAILED', async () => {
      const capture = async () => undefined as never;
      await fails({ source: indexedInline(40, { capture }) }, 'CAPTURE_FAILED');
    });

    it('one of the wrong size: FRAME_SIZE', async () => {
      const capture = ({ index }: { index: number }) => paintIndex(index).subarray(index === 5 ? 4 : 0);
      await fails({ source: indexedInline(40, { capture }) }, 'FRAME_SIZE');
    });
  });

  describe('by its workers', () => {
    const outline = 'width: 64, height: 48, fps: 30, frames: 40, paint() {}';
    const scene = (more: string, setupTimeout = 60) => {
      writeFileSync(path('scene.cjs'), `module.exports = { ${outline}, ${more} }`);
      return threads(path('scene.cjs'), { setupTimeout });
    };

    it('that cannot be set up: SETUP_FAILED', async () => {
      const error = await fails({ source: scene('setup() { throw new Error("no lens") }') }, 'SETUP_FAILED');
      expect(error.message).to.include('no lens');
    });

    it('that are never set up: SETUP_TIMEOUT', async () => {
      await fails({ source: scene('setup: () => new Promise(() => {})', 1) }, 'SETUP_TIMEOUT');
    });

    it('one of which ends: WORKER_DIED', async () => {
      await fails(
        { source: scene('paint(_, { index }) { if (index === 9) process.exit() }') },
        'WORKER_DIED',
      );
    });
  });

  it('leaves the video that was there before', async () => {
    writeFileSync(workspace.path('video.mp4'), 'the old one');
    const source = indexedInline(40, { capture: () => Buffer.alloc(1) });
    const rendering = lastValueFrom(render(workspace.options({ source, overwrite: true })));
    await rejection(rendering, 'FRAME_SIZE');
    expect(workspace.files()).to.deep.equal(['video.mp4']);
    workspace.expectQuiet();
  });
});
