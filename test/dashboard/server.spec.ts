import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Subject } from 'rxjs';
import { type Dashboard, openDashboard } from '../../src/dashboard/index';
import type { RenderEvent } from '../../src/index';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';

describe("the dashboard's server", () => {
  const path = useFolder();
  const events = new Subject<RenderEvent>();
  let dashboard: Dashboard;
  let cancels = 0;

  beforeEach(async () => {
    cancels = 0;
    dashboard = await openDashboard(events, { keepOpen: true, onCancel: () => (cancels += 1) });
  });

  afterEach(() => dashboard.close());

  interface Asked {
    readonly method?: string;
    readonly headers?: Record<string, string>;
  }

  async function ask(where: string, { method = 'GET', headers = {} }: Asked = {}): Promise<IncomingMessage> {
    const asked = request(new URL(where, dashboard.url), { method, headers, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  }

  const authorized = () => ({ Authorization: `Bearer ${new URL(dashboard.url).hash.slice(1)}` });

  async function statusOf(...args: Parameters<typeof ask>): Promise<number | undefined> {
    const response = await ask(...args);
    response.destroy();
    return response.statusCode;
  }

  it('tells what happens only to those who say the token, which is in no request of the page itself', async () => {
    expect(dashboard.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{32}$/);
    expect(await statusOf('/')).to.equal(200);
    expect(await statusOf('/events')).to.equal(401);
    expect(await statusOf('/events', { headers: { Authorization: 'Bearer wrong' } })).to.equal(401);
    expect(await statusOf('/events', { headers: authorized() })).to.equal(200);
    expect(await statusOf('/nothing', { headers: authorized() })).to.equal(404);
  });

  for (const target of ['//', '*', 'http://', '/%', '/video?%']) {
    it(`is not ended by a request for ${target}`, async () => {
      const { hostname, port } = new URL(dashboard.url);
      const asked = request({ hostname, port, path: target, agent: false }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.destroy();
      expect(response.statusCode).to.equal(404);
      expect(await statusOf('/')).to.equal(200);
    });
  }

  it('cancels only with the token, by POST', async () => {
    expect(await statusOf('/cancel', { method: 'POST' })).to.equal(401);
    expect(await statusOf('/cancel', { headers: authorized() })).to.equal(404);
    expect(cancels).to.equal(0);
    expect(await statusOf('/cancel', { method: 'POST', headers: authorized() })).to.equal(204);
    expect(cancels).to.equal(1);
  });

  it('refuses other origins and other host names, also with the token', async () => {
    const { host } = new URL(dashboard.url);
    const evil = [
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { Host: 'evil.example' },
      { Host: `evil.example:${host.split(':')[1]}` },
    ];
    for (const headers of evil) {
      const given = { headers: { ...authorized(), ...headers } };
      expect(await statusOf('/events', given), JSON.stringify(headers)).to.equal(403);
      expect(await statusOf('/cancel', { ...given, method: 'POST' })).to.equal(403);
      expect(await statusOf('/', given)).to.equal(403);
    }
    expect(cancels).to.equal(0);
    const own = { ...authorized(), Origin: `http://${host}` };
    expect(await statusOf('/cancel', { method: 'POST', headers: own })).to.equal(204);
  });

  it('lets no other page frame it, and runs no script but its own', async () => {
    const { headers } = await ask('/');
    expect(headers['content-security-policy']).to.include("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).to.include("frame-ancestors 'none'");
    expect(headers['access-control-allow-origin']).to.equal(undefined);
  });

  it('serves the video only when it is finished, with its key, in ranges', async () => {
    const response = await ask('/events', { headers: authorized() });
    const [chunk] = (await once(response, 'data')) as [Buffer];
    const video = /"video":"([^"]+)"/.exec(chunk.toString())?.[1] ?? '';
    expect(await statusOf(video)).to.equal(404);
    const output = path('out.mp4');
    writeFileSync(output, '0123456789');
    const counts = { frames: 1, bytes: 10, elapsedSeconds: 1, peakOutstanding: 1, window: 1 };
    events.next({ type: 'finished', result: { output, ...counts, retries: 0, resumedFrames: 0 } });
    const part = await ask(video, { headers: { Range: 'bytes=2-4' } });
    expect(part.statusCode).to.equal(206);
    expect(String((await once(part, 'data'))[0])).to.equal('234');
    expect(await statusOf('/video?key=wrong')).to.equal(404);
    response.destroy();
  });

  it('drops a viewer who does not keep up, and never waits for one', async () => {
    const answers: ServerResponse[] = [];
    const note = (message: unknown) => answers.push((message as { response: ServerResponse }).response);
    subscribe('http.server.request.start', note);
    const response = await ask('/events', { headers: authorized() });
    response.pause();
    const [answer] = answers;
    const closed = once(answer as ServerResponse, 'close');
    const jpeg = 'x'.repeat(1e6);
    for (let index = 0; index < 64; index += 1) {
      events.next({ type: 'thumbnail', index, width: 2, height: 2, jpeg });
      await turn();
    }
    await closed;
    response.destroy();
    unsubscribe('http.server.request.start', note);
  });

  it('refuses a port that is in use', async () => {
    const port = Number(new URL(dashboard.url).port);
    const error = await rejection(openDashboard(events, { port }), 'INVALID_OPTION');
    expect(error.message).to.match(/^dashboard: invalid value \d+; .*EADDRINUSE/);
  });

  it('closes with its stream, where it is not to stay', async () => {
    const stream = new Subject<RenderEvent>();
    const { closed, url } = await openDashboard(stream);
    stream.complete();
    await closed;
    const refused = await fetch(url).catch((error) => error.cause.code);
    expect(refused).to.equal('ECONNREFUSED');
  });
});
