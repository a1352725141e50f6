import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const { claim } = require('./fixtures/sourceFault.cjs') as { claim(state: string, times: number): boolean };

/** What pages have in place of a file system: they say that they are at a frame, and ask whether they are to fail. */
export class Control {
  private constructor(private readonly server: Server) {}

  static open(state: string, times: () => number): Promise<Control> {
    const server = createServer(({ url }, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (url === '/mark') writeFileSync(join(state, 'mark'), '');
      response.end(url === '/claim' && claim(state, times()) ? 'yes' : 'no');
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(new Control(server))));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
