import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { invalidOption, messageOf } from '../errors';
import { environmentKey } from '../films/environment';
import { integerInRange } from '../frames/check';
import { needPackages } from '../process/packages';
import { connectFarm, type Farm } from './connect';
import { farmUrl } from './farmUrl';
import { allFilms, readRecord } from './filmRecord';
import type { FarmPlace } from './renderOnFarm';
import { liveWorkers } from './workers';

const PACKAGES = ['@bull-board/api', '@bull-board/hono', '@hono/node-server', 'hono'];

/** A dashboard that is open. */
export interface FarmDashboard {
  /** Where a browser of this machine finds it. */
  readonly url: string;
  /** Serves no more, and lets go of the farm. */
  close(): Promise<void>;
}

/**
 * Serves Bull Board for the queues of a farm, on 127.0.0.1 and to nobody else. Port 0 is a free one.
 *
 * @throws FilmgateError `INVALID_OPTION`, `PACKAGE_MISSING`, `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`
 */
export async function openDashboard({ farm: url }: FarmPlace, port = 0): Promise<FarmDashboard> {
  integerInRange('port', port, 0, 65535);
  needPackages('the dashboard of a farm', PACKAGES);
  const { createBullBoard } = require('@bull-board/api') as typeof import('@bull-board/api');
  const { BullMQAdapter } =
    require('@bull-board/api/bullMQAdapter') as typeof import('@bull-board/api/bullMQAdapter');
  const { HonoAdapter } = require('@bull-board/hono') as typeof import('@bull-board/hono');
  const { createAdaptorServer } = require('@hono/node-server') as typeof import('@hono/node-server');
  const { serveStatic } =
    require('@hono/node-server/serve-static') as typeof import('@hono/node-server/serve-static');
  const { Hono } = require('hono') as typeof import('hono');

  const farm = await connectFarm(farmUrl(url));
  try {
    const keys = await queueKeys(farm);
    const queues = keys.map((key) => new BullMQAdapter(farm.queue(key), { readOnlyMode: true }));
    const serverAdapter = new HonoAdapter(serveStatic);
    createBullBoard({ queues, serverAdapter: serverAdapter as never }); // Each package may have a copy of the types.
    const app = new Hono();
    app.use(async (context, next) => {
      // Other names for this machine are of pages that want to read it (DNS rebinding).
      if (!/^(127\.0\.0\.1|localhost):\d+$/.test(context.req.header('host') ?? ''))
        return context.text('', 403);
      return next();
    });
    app.route('/', serverAdapter.registerPlugin());
    const server = createAdaptorServer({ fetch: app.fetch });
    await once(server.listen(port, '127.0.0.1'), 'listening').catch((error) => {
      throw invalidOption('port', port, `another port is free, perhaps: ${messageOf(error)}`, error);
    });
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      async close() {
        if ('closeAllConnections' in server) server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await farm.close();
      },
    };
  } catch (error) {
    await farm.close();
    throw error;
  }
}

/** Of the queues that have workers, and of those that have films. */
async function queueKeys(farm: Farm): Promise<string[]> {
  const keys = (await liveWorkers(farm)).map(({ environment }) => environmentKey(environment));
  for (const id of await allFilms(farm)) {
    const record = await readRecord(farm, id).catch(() => undefined); // A damaged one has no queue.
    if (record) keys.push(record.queue);
  }
  return [...new Set(keys)];
}
