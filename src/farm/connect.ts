import { type ConnectionOptions, FlowProducer, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { FilmgateError, messageOf } from '../errors';
import { masked } from '../options/masked';
import { withoutSecrets } from './farmUrl';

const OLDEST = [6, 2]; // of Redis
const CLOCK_SLACK = 30; // seconds
const CONNECT_TIMEOUT = 5000; // ms
const PREFIX = 'filmgate';

/** A connection to the Redis of a farm: what is kept there, by whose names. */
export class Farm {
  private readonly queues = new Map<string, Queue>();
  private flow: FlowProducer | undefined;

  constructor(
    readonly redis: Redis,
    /** The address, without credentials. */
    readonly address: string,
  ) {}

  /** What all of BullMQ's parts are made with. */
  get options() {
    return { connection: this.redis as unknown as ConnectionOptions, prefix: PREFIX };
  }

  /** A key of ours, beside BullMQ's. */
  key(...parts: readonly string[]): string {
    return [PREFIX, ...parts].join(':');
  }

  /** The queue of an environment: its jobs are for workers of that alone. */
  queue(environment: string): Queue {
    const known = this.queues.get(environment);
    if (known) return known;
    const queue = new Queue(queueName(environment), this.options);
    queue.on('error', () => {}); // The connection is watched once, for all.
    this.queues.set(environment, queue);
    return queue;
  }

  get flows(): FlowProducer {
    if (!this.flow) {
      this.flow = new FlowProducer(this.options);
      this.flow.on('error', () => {});
    }
    return this.flow;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
    await this.flow?.close().catch(() => {});
    this.redis.disconnect();
  }
}

/** The name of an environment's queue. */
export function queueName(environment: string): string {
  return `films-${environment}`;
}

/**
 * Connects to a farm, and checks that its Redis is fit for one. Afterwards the connection comes back by itself, however
 * long Redis is away.
 *
 * @throws FilmgateError `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`
 */
export async function connectFarm(url: string): Promise<Farm> {
  const redis = openRedis(url);
  let lastError: unknown;
  redis.on('error', (error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    await checkServer(redis);
  } catch (error) {
    redis.disconnect();
    throw FilmgateError.is(error) ? error : refusal(lastError ?? error, url);
  }
  return new Farm(redis, masked(url));
}

/** A connection that is not used yet. */
export function openRedis(url: string): Redis {
  let wasReady = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    maxRetriesPerRequest: null,
    // Whoever has never been there is reported at once, and whoever was there is waited for.
    retryStrategy: (times) => (wasReady ? Math.min(times * 200, 2000) : null),
  });
  redis.once('ready', () => {
    wasReady = true;
  });
  return redis;
}

async function checkServer(redis: Redis): Promise<void> {
  const before = Date.now();
  const info = await redis.info();
  const [seconds, microseconds] = await redis.time();
  const after = Date.now();
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = field('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < (OLDEST[0] as number) || (major === OLDEST[0] && minor < (OLDEST[1] as number))) {
    throw unsuitable(`is Redis ${version}, and a farm needs ${OLDEST.join('.')} or later: update it`);
  }
  const policy = field('maxmemory_policy');
  if (policy && policy !== 'noeviction') {
    const fix = 'set maxmemory-policy noeviction';
    throw unsuitable(
      `has the maxmemory-policy ${policy}, by which it may forget jobs when memory is short: ${fix}`,
    );
  }
  const server = Number(seconds) * 1000 + Number(microseconds) / 1000;
  const off = Math.max(before - server, server - after) / 1000;
  if (off > CLOCK_SLACK) {
    throw unsuitable(
      `and this machine disagree about the time by ${Math.round(off)} s: set the clocks, by NTP for instance`,
    );
  }
}

function unsuitable(what: string): FilmgateError {
  return new FilmgateError('FARM_UNSUITABLE', `farm: its Redis ${what}`);
}

function refusal(error: unknown, url: string): FilmgateError {
  const said = withoutSecrets(messageOf(error), url);
  const cause = new Error(said);
  if (/WRONGPASS|NOAUTH|NOPERM|AUTH failed|invalid password/i.test(said)) {
    const fix = 'correct user and password in the address, or the rights of that user';
    return new FilmgateError('FARM_REFUSED', `farm: ${masked(url)} refuses: ${said}; ${fix}`, { cause });
  }
  const message = `farm: no Redis answers at ${masked(url)}: ${said}; start it, or correct the address`;
  return new FilmgateError('FARM_UNREACHABLE', message, { cause });
}
