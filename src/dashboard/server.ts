import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuse, sendFile } from '../capture/chromium/sendFile';
import { invalidOption, messageOf } from '../errors';
import { bundledPage } from './bundle';
import { liveHtml } from './html';

/** What the server serves, apart from the page itself. */
export interface Served {
  /** Streams events to a page that has said the token. */
  watch(response: ServerResponse): void;
  /** Cancels the render; undefined where it cannot be. */
  readonly cancel: (() => void) | undefined;
  /** Path of the finished video; undefined before it is there. */
  video(): string | undefined;
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** What needs no token: it tells nothing. */
const PAGE: Readonly<Record<string, { readonly type: string; text(): string }>> = {
  'GET /': { type: 'text/html; charset=utf-8', text: liveHtml },
  'GET /page.js': { type: 'text/javascript; charset=utf-8', text: () => bundledPage().script },
  'GET /page.css': { type: 'text/css; charset=utf-8', text: () => bundledPage().style },
};

/**
 * Serves the page on 127.0.0.1 alone. The page itself tells nothing; what it shows is behind a token, which is only in the
 * fragment of its address, and so in no request and no log. Requests under another host name (DNS rebinding) and from
 * other origins are refused. The video has a key of its own: a player cannot send the token.
 */
export class DashboardServer {
  readonly videoKey = randomBytes(18).toString('base64url');
  private readonly token = randomBytes(24).toString('base64url');
  private readonly server: Server;

  constructor(private readonly served: Served) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** Listens, on any free port where none is given. @throws FilmgateError `INVALID_OPTION` where it is in use */
  async listen(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    try {
      await once(this.server, 'listening');
    } catch (error) {
      throw invalidOption('dashboard', port, `another port is free, perhaps: ${messageOf(error)}`, error);
    }
  }

  /** The page's address, with the token. */
  get url(): string {
    return `http://${this.host}/#${this.token}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    setTimeout(() => this.server.closeAllConnections(), 500).unref(); // Time for the last message to leave.
    await closed;
  }

  private get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2); // It need not be a URL.
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${pathname}`;
    if (!this.isOwn(request)) refuse(response, 403);
    else if (PAGE[route])
      response.writeHead(200, { 'Content-Type': PAGE[route].type }).end(PAGE[route].text());
    else if (route === 'GET /video')
      this.sendVideo(new URLSearchParams(query).get('key') ?? '', request, response);
    else if (!['GET /events', 'POST /cancel'].includes(route)) refuse(response, 404);
    else if (!this.isAuthorized(request)) refuse(response, 401);
    else if (route === 'GET /events') this.served.watch(response);
    else if (this.served.cancel) {
      this.served.cancel();
      refuse(response, 204);
    } else refuse(response, 404);
  }

  private sendVideo(key: string, request: IncomingMessage, response: ServerResponse): void {
    const path = equal(key, this.videoKey) ? this.served.video() : undefined;
    if (path) void sendFile(path, request, response);
    else refuse(response, 404);
  }

  private isOwn({ headers: { host = '', origin } }: IncomingMessage): boolean {
    const own = [this.host, this.host.replace('127.0.0.1', 'localhost')];
    return own.includes(host) && (origin === undefined || origin === `http://${host}`);
  }

  private isAuthorized({ headers: { authorization = '' } }: IncomingMessage): boolean {
    return equal(authorization, `Bearer ${this.token}`);
  }
}

function equal(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
