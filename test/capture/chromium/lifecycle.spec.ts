import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RenderEvent } from '../../../src/frames/events';
import { render } from '../../../src/render';
import { compiledSources } from '../../support/compiled';
import { MODES, usePageWorkspace } from '../../support/pageWorkspace';

describe('the life of browsers', () => {
  before(compiledSources); // Listens to this process's exit, as it may.
  const workspace = usePageWorkspace();

  afterEach(() => expect(process.getActiveResourcesInfo(), 'page servers').not.to.include('TCPServerWrap'));

  /** Unsubscribes at the first event that `at` is true of, or when `soon` settles, and waits until all is closed. */
  function cancel(
    capture: (typeof MODES)[number],
    at: (event: RenderEvent) => boolean,
    soon?: () => Promise<unknown>,
  ) {
    return new Promise<string[]>((resolve, reject) => {
      const told: string[] = [];
      const options = workspace.options('canvas.html', { capture }, { workers: 2, duration: 60 });
      const subscription = render({ ...options, onClosed: () => setImmediate(resolve, told) }).subscribe({
        next(event) {
          told.push(event.type);
          if (at(event)) subscription.unsubscribe();
        },
        error: reject,
        complete: () => reject(new Error('completed')),
      });
      soon?.().then(() => subscription.unsubscribe(), reject);
    });
  }

  for (const capture of MODES) {
    describe(`by ${capture}`, () => {
      const points: Record<string, (event: RenderEvent) => boolean> = {
        'while the others launch': ({ type }) => type === 'planned',
        'while it captures': ({ type }) => type === 'captureStarted',
        'in the middle': (event) => event.type === 'written' && event.index === 7,
      };
      for (const [when, at] of Object.entries(points)) {
        it(`leaves nothing when it is cancelled ${when}`, async () => {
          expect(await cancel(capture, at)).not.to.include('finished');
          expect(workspace.files()).to.deep.equal([]);
        });
      }

      it('leaves nothing when it is cancelled at once', async () => {
        await cancel(
          capture,
          () => false,
          async () => {},
        );
      });

      it('leaves nothing when it is cancelled while the browser starts', async () => {
        const before = workspace.browser.opened();
        await cancel(
          capture,
          () => false,
          async () => {
            while (workspace.browser.opened() === before)
              await new Promise((resolve) => setTimeout(resolve, 5));
          },
        );
      });

      it('leaves no browser when its process is killed', async () => {
        const folder = `killed-${capture}`;
        const child = startRender(capture, folder);
        await once(child.stdout as NodeJS.ReadableStream, 'data');
        expect(workspace.browser.alive()).not.to.have.length(0);
        child.kill('SIGKILL');
        await once(child, 'exit');
        await workspace.browser.gone();
        // Another browser than a headless shell has a profile, which nobody is left to remove.
        if (capture === 'beginframe')
          expect(readdirSync(workspace.path(join(folder, 'tmp')))).to.deep.equal([]);
      });

      it('leaves nothing when its process is ended by SIGINT', async () => {
        const folder = `interrupted-${capture}`;
        const child = startRender(capture, folder);
        await once(child.stdout as NodeJS.ReadableStream, 'data');
        expect(workspace.browser.alive()).not.to.have.length(0);
        child.kill('SIGINT');
        expect(await once(child, 'exit')).to.deep.equal([null, 'SIGINT']);
        await workspace.browser.gone();
        expect(readdirSync(workspace.path(folder))).to.deep.equal(['tmp']);
        expect(readdirSync(workspace.path(join(folder, 'tmp')))).to.deep.equal([]);
      });
    });
  }

  /** A render into a folder, in a process of its own, which says when a frame has been written. */
  function startRender(capture: string, folder: string): ChildProcess {
    const sources = compiledSources();
    mkdirSync(workspace.path(join(folder, 'tmp')), { recursive: true });
    const program = `
      const { render } = require(${JSON.stringify(join(sources, 'index.js'))});
      const { chromium } = require(${JSON.stringify(join(sources, 'chromium.js'))});
      const source = chromium(${JSON.stringify(workspace.path('pages/canvas.html'))},
        { capture: '${capture}', browser: ${JSON.stringify(workspace.browser.path)} });
      render({ source, output: ${JSON.stringify(workspace.path(join(folder, 'video.mp4')))}, overwrite: true, size: '64x48', duration: 600, workers: 2 })
        .subscribe((event) => event.type === 'written' && event.index === 20 && console.log('written'));
    `;
    return spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: workspace.path(join(folder, 'tmp')) },
    });
  }
});
