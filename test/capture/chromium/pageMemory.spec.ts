import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Browser } from '../../../src/capture/chromium/browser';
import { Page } from '../../../src/capture/chromium/page';
import { PageConsole } from '../../../src/capture/chromium/pageConsole';
import { Deadline } from '../../../src/process/deadline';
import { usePageWorkspace } from '../../support/pageWorkspace';
import { SMALL } from '../../support/video';

describe('a browser', () => {
  const workspace = usePageWorkspace();

  it('does not keep what a page has loaded: each frame of a video is', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<script>fetch('data?1'); fetch('data?2')</script>${'text '.repeat(1000)}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const program = { path: workspace.browser.path, from: 'the test', mode: 'beginframe' } as const;
    const picture = { image: 'png', quality: 90 } as const;
    const listener = new PageConsole({ strict: false, keepGoing: false }).open('worker 1');
    const page = new Page({ program, picture, scale: 1, dedupe: true, script: '' }, listener);
    try {
      const { browser, send } = page as unknown as {
        browser: Browser;
        send(method: string, params: object): Promise<{ body: string }>;
      };
      const requests: string[] = [];
      browser.devtools.listen(({ method, params }) => {
        if (method === 'Network.loadingFinished') requests.push(params.requestId);
      });
      await page.load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, SMALL, new Deadline(30));
      const kept = await Promise.all(
        requests.map((requestId) =>
          send('Network.getResponseBody', { requestId }).then(
            ({ body }) => body.length,
            () => 0,
          ),
        ),
      );
      expect(kept).to.deep.equal([0, 0, 0]);
    } finally {
      await page.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
