import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { expect } from 'chai';
import type { ChromiumOptions } from '../../../src/capture/chromium/chromiumOptions';
import { Page } from '../../../src/capture/chromium/page';
import { PageConsole } from '../../../src/capture/chromium/pageConsole';
import { type ErrorCode, FilmgateError } from '../../../src/errors';
import { preview } from '../../../src/preview/preview';
import { Deadline } from '../../../src/process/deadline';
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

  /** Expects that a page whose own size is to be used cannot be loaded in time. */
  async function loadFailure(page: string, options: ChromiumOptions) {
    const { size: _, ...unsized } = workspace.options(page, options);
    return rejection(workspace.renderAs(unsized), 'PAGE_NOT_READY');
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
        await expectFailure(url, { capture, loadTimeout: 5 }, 'PAGE_NOT_READY', `requests: ${url}/forever`);
      });

      it('a page whose answer never comes', async () => {
        const url = await serve(() => {});
        await expectFailure(url, { capture, loadTimeout: 5 }, 'PAGE_NOT_READY', `requests: ${url}/`);
      });

      it('a script without an end', async () => {
        const page = workspace.write('loop.html', '<script>for (;;);</script>');
        await expectFailure(page, { capture, loadTimeout: 5 }, 'PAGE_NOT_READY', 'its scripts');
      });

      it('a seek that takes most of the time, and then a request without an end', async () => {
        const url = await serve(({ url: path }, response) => {
          if (path === '/') {
            response.end(
              `<!doctype html>${seekable("async seek() { await fetch('/slow'); fetch('/forever') }")}`,
            );
          } else if (path === '/slow') setTimeout(() => response.end(), 1500);
        });
        const options = { capture, frameTimeout: 3 };
        const error = await expectFailure(
          url,
          options,
          'PAGE_NOT_READY',
          'frame 0',
          'within 3 s',
          `${url}/forever`,
        );
        expect(error).to.include({ frame: 0, worker: 'worker 1' });
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
        const log = new PageConsole({ strict: false, keepGoing: false });
        const program = { path: workspace.browser.path, from: 'the test', mode: capture };
        const picture = { image: 'png', quality: 90 } as const;
        const page = new Page({ program, picture, scale: 1, dedupe: true, script: '' }, log.open('worker 1'));
        await page.load('data:text/html,calm', SMALL, new Deadline(20));
        const crashing = page.evaluate('new Promise(() => {})', new Deadline(30));
        void (page as unknown as { send(method: string): Promise<void> }).send('Page.crash').catch(() => {});
        expect((await rejection(crashing, 'WORKER_DIED')).message).to.include('crashed');
        await rejection(page.takePicture(new Deadline(30)), 'WORKER_DIED');
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

  it('a page that is loaded twice, each time within its time, but not both within it', async () => {
    const url = await serve(({ url: path }, response) => {
      response.setHeader('content-type', path === '/slow.js' ? 'text/javascript' : 'text/html');
      if (path === '/slow.js')
        setTimeout(() => response.end(), 3500); // What takes long is what this is about.
      else
        response.end(
          `<!doctype html><script src="/slow.js"></script>${seekable('width: 32, height: 24, seek() {}')}`,
        );
    });
    const error = await loadFailure(url, { loadTimeout: 6 });
    expect(error.message).to.include('within 6 s').and.include(`requests: ${url}/slow.js`);
  });

  it('a page whose script blocks it and whose ready never settles', async () => {
    const url = await serve(({ url: path }, response) => {
      if (path === '/slow') setTimeout(() => response.end(), 1000);
      else {
        const block = "const slow = new XMLHttpRequest(); slow.open('GET', '/slow', false); slow.send()";
        response.end(
          `<!doctype html><script>${block}</script>${seekable('ready: new Promise(() => {}), seek() {}')}`,
        );
      }
    });
    const says = ['within 6 s', 'window.filmgate to be ready'];
    await expectFailure(url, { loadTimeout: 6 }, 'PAGE_NOT_READY', ...says);
  });

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
      await expectFailure('smil.html', { browser }, 'WORKER_DIED', 'exited with code 7', 'no display');
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

  describe('pages whose own script throws while it loads', () => {
    const broken = () =>
      workspace.write(
        'broken.html',
        `<style>body { background: #000 }</style><script>seek.to.nowhere = 1</script><script>console.error('later')</script>`,
      );

    it('fail the render, with what was thrown', async () => {
      const error = await expectFailure(broken(), {}, 'PAGE_ERROR', 'while it loaded', 'seek is not defined');
      expect(error).to.include({ worker: 'worker 1' }).and.not.have.property('frame');
    });

    it('fail the render where a rejection is not handled', async () => {
      const page = workspace.write(
        'rejects.html',
        "<script>Promise.reject(new RangeError('no film'))</script>",
      );
      await expectFailure(page, {}, 'PAGE_ERROR', 'RangeError: no film');
    });

    it('fail it where the script is that of a frame of the same origin', async () => {
      const page = workspace.write('outer.html', `<iframe src="${basename(broken())}"></iframe>`);
      await expectFailure(page, {}, 'PAGE_ERROR', 'seek is not defined');
    });

    it('fail it with that, and not with what comes of it', async () => {
      const page = workspace.write(
        'never-ready.html',
        seekable(
          'seek() {}, ready: new Promise(async (resolve) => { await 0; seek.to.nowhere(); resolve() })',
        ),
      );
      await expectFailure(page, { loadTimeout: 10 }, 'PAGE_ERROR', 'seek is not defined');
    });

    it('do not where the script is that of a frame of another origin', async () => {
      const url = await serve((_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<script>throw new Error("foreign")</script>');
      });
      await workspace.render(workspace.write('around.html', `<iframe src="${url}"></iframe>`));
    });

    it('are rendered with keepGoing all the same, and what was thrown is told', async () => {
      const { events } = await workspace.render(broken(), { keepGoing: true });
      const said = events.flatMap((event) => (event.type === 'pageMessage' ? [event] : []));
      expect(said.map(({ kind, index }) => [kind, index])).to.deep.equal([
        ['exception', undefined],
        ['console', undefined],
      ]);
      expect(said[0]?.text).to.include('seek is not defined');
    });

    it('fail a strict render with keepGoing only for the rest', async () => {
      const error = await expectFailure(broken(), { keepGoing: true, strict: true }, 'PAGE_ERROR', 'later');
      expect(error.message).to.not.include('nowhere');
    });

    it('fail a preview as well', async () => {
      const source = workspace.source(broken());
      const output = workspace.path('out/look.png');
      await rejection(preview({ source, output, size: SMALL, duration: 1 }), 'PAGE_ERROR');
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
