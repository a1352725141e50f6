import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Browser } from '../../../src/capture/chromium/browser';
import { Page } from '../../../src/capture/chromium/page';
import { PageConsole } from '../../../src/capture/chromium/pageConsole';
import { Deadline } from '../../../src/process/deadline';
import { usePageWorkspace } from '../../support/pageWorkspace';
import { SMALL } from '../../support/video';

describe('a browser does not keep what a page has loaded, as each frame of a video is:', () => {
  let deadline: Deadline;
  let server: Server;
  let page: Page;
  let send: (method: string, params: object) => Promise<{ body: string }>;
  let requests: string[];
  let late: ServerResponse | undefined;

  afterEach(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
  });

  const workspace = usePageWorkspace(); // It looks for what is left of browsers, after that.

  beforeEach(async () => {
    deadline = new Deadline(30);
    late = undefined;
    server = createServer((request, response) => {
      if (request.url === '/late') late = response;
      else
        response
          .setHeader('content-type', 'text/html')
          .end(`<script>fetch('data?1'); fetch('data?2')</script>${'text '.repeat(1000)}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const program = { path: workspace.browser.path, from: 'the test', mode: 'beginframe' } as const;
    const picture = { image: 'png', quality: 90 } as const;
    const listener = new PageConsole({ strict: false, keepGoing: false }).open('worker 1');
    page = new Page({ program, picture, scale: 1, dedupe: true, script: '' }, listener);
    const inner = page as unknown as { browser: Browser; send: typeof send };
    send = inner.send;
    requests = [];
    inner.browser.devtools.listen(({ method, params }) => {
      if (method === 'Network.loadingFinished') requests.push(params.requestId);
    });
    await page.load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, SMALL, deadline);
  });

  /** The text of an answer, or why there is none. */
  const kept = (requestId: string) =>
    send('Network.getResponseBody', { requestId }).then(
      ({ body }) => body,
      (error: Error) => error.message,
    );

  it('no text of it', async () => {
    for (const text of await Promise.all(requests.map(kept))) expect(text).to.include('evicted');
    expect(requests).to.have.length(3);
  });

  it('no notes of more than some hundreds, and what comes afterwards is waited for all the same', async () => {
    const many =
      "Promise.all(Array.from({ length: 500 }, (_, at) => fetch('data?' + at).then((got) => got.text())))";
    await page.evaluate(`${many}.then(() => {})`, deadline);
    const [requestId = ''] = requests;
    expect(await kept(requestId)).to.include('evicted');
    await page.takePicture(deadline);
    expect(await kept(requestId)).to.include('No resource with given identifier');

    await page.evaluate("void fetch('late')", deadline);
    let isTaken = false;
    const taken = page.takePicture(deadline).then(() => {
      isTaken = true;
    });
    while (!late) await page.evaluate('0', deadline);
    expect(isTaken).to.equal(false);
    late.end();
    await taken;
  });
});
