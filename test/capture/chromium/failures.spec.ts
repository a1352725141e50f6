import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { ChromiumOptions } from '../../../src/capture/chromium/chromiumOptions';
import { Page } from '../../../src/capture/chromium/page';
import { PageConsole } from '../../../src/capture/chromium/pageConsole';
import { type ErrorCode, FilmgateError } from '../../../src/errors';
import { render } from '../../../src/render';
import { expectThrows } from '../../support/expectThrows';
import { MODES, type PageRender, usePageWorkspace } from '../../support/pageWorkspace';
import { rejection } from '../../support/rejection';
import { SMALL } from '../../support/video';

describe('pages and browsers that fail', () => {
  const workspace = usePageWorkspace();
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Expects that a page's render fails, and that nothing is left of it. */
  async function expectFailure(
    page: string,
    {
      frameTimeout = 30,
      maxTries = 1,
      ...options
    }: ChromiumOptions & Pick<PageRender, 'frameTimeout' | 'maxTries'>,
    code: ErrorCode,
    ...says: string[]
  ) {
    const before = workspace.files();
    const error = await rejection(workspace.render(page, options, { frameTimeout, maxTries }), code);
    for (const text of says) expect(error.message).to.include(text);
    expect(workspace.files()).to.deep.equal(before);
    return error;
  }

  const seekable = (seek: string) => `<script>filmgate = { duration: 1, ${seek} }</script>`;

  describe('a place without a page', () => {
    it('a file that is not there, and a folder', () => {
      for (const path of [workspace.path('none.html'), workspace.path('pages')])
        expectThrows(() => workspace.source(path), 'PAGE_NOT_FOUND', path);
    });

    it('an address where nobody answers', async () => {
      const url = await serve(() => {});
      servers.at(-1)?.close();
      await expectFailure(url, {}, 'PAGE_FAILED', url, 'ERR_CONNECTION_REFUSED');
    });

    for (const [status, body] of [
      [404, '<p>nothing here</p>'],
      [500, ''],
    ] as const) {
      it(`an answer of ${status}, ${body ? 'with' : 'without'} words`, async () => {
        const url = await serve((_, response) => {
          response.writeHead(status, { 'content-type': 'text/html' });
          response.end(body);
        });
        await expectFailure(url, {}, 'PAGE_FAILED', url);
      });
    }
  });

  for (const capture of MODES) {
    describe(`by ${capture}`, () => {
      it('a page that keeps none of its promises', async () => {
        const page = workspace.write('wrong.html', '<script>filmgate = { duration: -1, seek() {} }</script>');
        await expectFailure(page, { capture }, 'PAGE_FAILED', 'window.filmgate.duration');
      });

      it('a seek that throws, with the frame and what it threw', async () => {
        const page = workspace.write(
          'throws.html',
          seekable(`seek(time) { if (time > 0.25) throw new RangeError('the lamp broke') }`),
        );
        const opened = workspace.browser.opened();
        const says = ['frame 3', '2 times', 'RangeError: the lamp broke'];
        await expectFailure(page, { capture, maxTries: 2 }, 'CAPTURE_FAILED', ...says);
        expect(workspace.browser.opened()).to.equal(opened + 2);
      });

      it('a seek that never settles', async () => {
        const page = workspace.write('never.html', seekable('seek: () => new Promise(() => {})'));
        const options = { capture, frameTimeout: 3 };
        await expectFailure(page, options, 'PAGE_NOT_READY', 'frame 0', 'seek(0) of window.filmgate');
      });

      it('a request without an end', async () => {
        const url = await serve(({ url: path }, response) => {
          if (path === '/') response.end('<!doctype html><script>fetch("/forever")</script>');
        });
        await expectFailure(url, { capture, loadTimeout: 1 }, 'PAGE_NOT_READY', `requests: ${url}/forever`);
      });

      it('a page whose answer never comes', async () => {
        const url = await serve(() => {});
        await expectFailure(url, { capture, loadTimeout: 1 }, 'PAGE_NOT_READY', `requests: ${url}/`);
      });

      it('a script without an end', async () => {
        const page = workspace.write('loop.html', '<script>for (;;);</script>');
        await expectFailure(page, { capture, loadTimeout: 1 }, 'PAGE_NOT_READY', 'its scripts');
      });

      it('a page that goes away', async () => {
        const page = workspace.write(
          'leaves.html',
          '<script>setTimeout(() => { location = "smil.html" }, 400)</script>',
        );
        await expectFailure(page, { capture }, 'PAGE_FAILED', 'went away', 'smil.html');
      });

      it('a page that closes itself', async () => {
        const page = workspace.write('closes.html', '<script>setTimeout(() => window.close(), 400)</script>');
        await workspace.render(page, { capture }); // A page that nobody opened as a window may not.
      });

      it('a page that crashes', async () => {
        const log = new PageConsole(false);
        const program = { path: workspace.browser.path, from: 'the test', mode: capture };
        const picture = { image: 'png', quality: 90 } as const;
        const page = new Page({ program, picture, scale: 1, dedupe: true, script: '' }, log.open('worker 1'));
        await page.load('data:text/html,calm', SMALL, 20);
        const crashing = page.evaluate('new Promise(() => {})', 30);
        void (page as unknown as { send(method: string): Promise<void> }).send('Page.crash').catch(() => {});
        expect((await rejection(crashing, 'WORKER_DIED')).message).to.include('crashed');
        await rejection(page.takePicture(30), 'WORKER_DIED');
        await page.close();
      });

      it('a browser that is killed, where it is not replaced', async () => {
        const killed = new Promise<FilmgateError>((resolve, reject) => {
          const more = { duration: 60, maxTries: 1 };
          const options = workspace.options('css-keyframes.html', { capture }, more);
          render(options).subscribe({
            next: (event) => {
              if (event.type === 'written' && event.index === 5)
                workspace.browser.kill(workspace.browser.opened() - 1);
            },
            error: resolve,
            complete: () => reject(new Error('completed')),
          });
        });
        const error = await killed;
        expect(error).to.be.instanceOf(FilmgateError).with.property('code', 'WORKER_DIED');
        expect(error.message).to.match(/SIGKILL|137/);
      });
    });
  }

  describe('browsers', () => {
    it('that are not there', async () => {
      await expectFailure(
        'smil.html',
        { browser: workspace.path('none') },
        'BROWSER_INVALID',
        workspace.path('none'),
      );
    });

    it('that are none', async () => {
      await expectFailure('smil.html', { browser: process.execPath }, 'BROWSER_INVALID', process.execPath);
    });

    const script = (name: string, body: string) => {
      const path = workspace.path(name);
      writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo Chromium 143.0.1.2 && exit\n${body}\n`);
      chmodSync(path, 0o755);
      return path;
    };

    it('that end at once, with their last words', async () => {
      const browser = script('ends', 'echo no display >&2; exit 7');
      await expectFailure('smil.html', { browser }, 'WORKER_DIED', 'exited with 7', 'no display');
    });

    it('that never answer', async () => {
      const browser = script('mute', 'exec sleep 100');
      await expectFailure('smil.html', { browser, loadTimeout: 0.5 }, 'BROWSER_INVALID', browser, '0.5 s');
    });

    it('that cannot begin frames, when that is asked for', async () => {
      const browser = script('plain', 'exit 1');
      await expectFailure(
        'smil.html',
        { browser, capture: 'beginframe' },
        'INVALID_OPTION',
        'headless shell',
      );
    });
  });

  it('a page that does not say how long it is', async () => {
    const { duration: _, ...options } = workspace.options('smil.html');
    const error = await new Promise<FilmgateError>((resolve) =>
      render(options).subscribe({ error: resolve }),
    );
    expect(error).to.have.property('code', 'INVALID_OPTION');
    expect(error.message).to.include('--duration');
  });
});
