import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanFilm } from '../src/farm/cleanFilm';
import { connectFarm, type Farm } from '../src/farm/connect';
import { batchText } from '../src/farm/eventBatch';
import { glance } from '../src/farm/filmNotes';
import { eventsKey, readRecord } from '../src/farm/filmRecord';
import { listFilms } from '../src/farm/filmStatus';
import { type Cli, runCli, startCli } from '../test/support/cli';
import { RedisServer } from '../test/support/redisServer';
import { frameMd5 } from '../test/support/video';
import { Family, MARK } from './processes';
import { Random } from './random';
import { SmallDisk } from './smallDisk';

const SCENE = resolve(__dirname, '../test/fixtures/scenes/slow.cjs');
const FRAMES = 240;
const SEGMENT = 20; // frames
const DISK = 16 * 2 ** 20; // bytes
const PATIENCE = 120_000; // ms until a run counts as stuck
const CANCEL_TIME = 5000; // ms in which a film is cancelled on all machines
const NOTICED = 1500; // ms in which a worker notices that another has verified what it has just begun

/** A farm in a run: what a fault may break. */
interface Ground {
  readonly random: Random;
  readonly redis: RedisServer;
  readonly share: string;
  /** The small disk that the storage is on; undefined where none can be mounted. */
  readonly disk: SmallDisk | undefined;
  readonly workers: Cli[];
  readonly client: Cli;
  /** The id of the film, as soon as it is handed in. */
  readonly id: () => string;
  worker(): Promise<Cli>;
}

/** Something that goes wrong, and whether a video must come of it all the same. */
interface FarmFault {
  readonly name: string;
  readonly mayFail?: true;
  /** Whether the storage has to be on a small disk of its own. */
  readonly isOnDisk?: true;
  /** Whether a verified segment may be rendered again: it has to be, or its worker ends what it was at. */
  readonly mayRepeat?: true;
  strike(ground: Ground): Promise<void>;
}

const FAULTS: readonly FarmFault[] = [
  { name: 'nothing', async strike() {} },
  {
    name: 'kill -9 of a worker',
    async strike({ random, workers, worker }) {
      random.pick(workers).child.kill('SIGKILL');
      await worker();
    },
  },
  {
    name: 'a worker stands still for a while',
    mayRepeat: true,
    async strike({ random, workers }) {
      const { child } = random.pick(workers);
      child.kill('SIGSTOP');
      await pause(random.int(500, 6000));
      child.kill('SIGCONT');
    },
  },
  {
    name: 'kill -9 of the one who handed in',
    async strike({ client }) {
      client.child.kill('SIGKILL');
    },
  },
  {
    name: 'kill -9 of Redis',
    async strike({ redis, random }) {
      await redis.kill();
      await pause(random.int(0, 2000));
      await redis.begin();
    },
  },
  {
    name: 'the one who handed in stands still for a while',
    async strike({ client, random }) {
      client.child.kill('SIGSTOP');
      await pause(random.int(500, 6000));
      client.child.kill('SIGCONT');
    },
  },
  {
    name: 'Redis stands still for a while',
    async strike({ redis, random }) {
      process.kill(redis.pid, 'SIGSTOP');
      await pause(random.int(500, 6000));
      process.kill(redis.pid, 'SIGCONT');
    },
  },
  {
    name: 'the storage is gone for a while',
    mayFail: true,
    async strike({ share, random }) {
      renameSync(share, `${share}-gone`);
      await pause(random.int(200, 3000));
      renameSync(`${share}-gone`, share);
    },
  },
  {
    name: 'the storage is full for a while',
    mayFail: true,
    isOnDisk: true,
    async strike({ disk, share, random }) {
      if (!disk) return console.log('  (no small disk can be mounted here, so nothing was filled)');
      const filler = openSync(join(share, 'filler'), 'w');
      try {
        for (;;) writeSync(filler, Buffer.alloc(64 * 1024));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
      closeSync(filler);
      await pause(random.int(200, 3000));
      rmSync(join(share, 'filler'));
    },
  },
  {
    name: 'a segment is damaged in storage',
    mayRepeat: true,
    async strike({ share, id }) {
      const folder = join(share, 'films', id(), 'segments');
      const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.ts')) : undefined;
      if (file) writeFileSync(join(folder, file), 'damaged');
    },
  },
  {
    name: 'cancel',
    mayFail: true,
    async strike({ client, redis, id }) {
      client.child.kill('SIGINT');
      const farm = await connectFarm(redis.url);
      const late = pause(CANCEL_TIME, 'late', { ref: false });
      const isOver = client.ended.then(async () => {
        while ((await jobsAtWork(farm, id())) > 0) await pause(50);
      });
      try {
        if ((await Promise.race([isOver, late])) === 'late')
          throw new Error('it took more than 5 s to cancel it on all machines');
      } finally {
        await farm.close();
      }
    },
  },
];

/** Runs of a farm in which something goes wrong, each held against its promises. Returns how many broke one. */
export async function farmRuns(seed: number, runs: number, fault = ''): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'filmgate-chaos-farm-'));
  const faults = FAULTS.filter(({ name }) => name.includes(fault));
  let broken = 0;
  try {
    const expected = await reference(folder);
    const random = new Random(seed);
    for (let run = 1; run <= runs; run += 1) {
      const own = random.int(0, 2 ** 32 - 1);
      const { name, problems } = await play(own, join(folder, String(run)), expected, faults);
      if (problems.length > 0) broken += 1;
      console.log(`${run}/${runs} ${name}: ${problems.join('; ') || 'no promise broken'}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  console.log(`${runs} runs of a farm from seed ${seed}: ${broken || 'no'} promise broken`);
  return broken;
}

const film = (output: string, run: number) => [
  ...['render', SCENE, '-o', output, '--segment', `${SEGMENT}f`, '--threads', '2', '--workers', '1', '-y'],
  ...['--params', JSON.stringify({ frames: FRAMES, pause: 15, run })],
];

async function reference(folder: string) {
  const output = join(folder, 'expected.mp4');
  const { code, stderr } = await runCli(film(output, 0));
  if (code !== 0) throw new Error(`there is no film to compare with: ${stderr}`);
  return frameMd5(output);
}

async function play(
  seed: number,
  folder: string,
  expected: Awaited<ReturnType<typeof frameMd5>>,
  faults: readonly FarmFault[],
) {
  const random = new Random(seed);
  const fault = random.pick(faults);
  const share = join(folder, 'share');
  mkdirSync(share, { recursive: true });
  const disk = fault.isOnDisk ? SmallDisk.mount(share, DISK) : undefined;
  const redis = await RedisServer.start();
  const place = ['--farm', redis.url, '--storage', share];
  const workers: Cli[] = [];
  const env = { [MARK]: `farm ${process.pid} ${seed}` }; // By which all of its processes are found.
  const worker = async () => {
    const own = [
      '--cache',
      join(folder, 'cache'),
      '--lock-duration',
      '3',
      '--name',
      `w${workers.length + 1}`,
    ];
    const started = startCli(['worker', ...place, ...own], { env });
    workers.push(started);
    await started.said(/is ready/);
    return started;
  };
  const problems: string[] = [];
  try {
    for (let count = random.int(2, 3); count > 0; count -= 1) await worker();
    const isTwo = random.chance(0.3);
    const outputs = [join(folder, 'film.mp4'), ...(isTwo ? [join(folder, 'other.mp4')] : [])];
    const [client, other] = outputs.map((output, run) => startCli([...film(output, run), ...place], { env }));
    if (!client) throw new Error('nothing was handed in');
    let text = '';
    client.child.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    await client.said(/film [0-9a-f]{32}/);
    const id = () => /film ([0-9a-f]{32})/.exec(text)?.[1] ?? '';
    await pause(random.int(0, 3000));
    await fault.strike({ random, redis, share, disk, workers, client, id, worker });
    let end = await within(client.ended);
    if (fault.name.includes('handed in')) {
      end = await within(runCli(['farm', 'attach', id(), '-o', outputs[0] as string, '-y', ...place]));
    }
    if (end.code !== 0 && !fault.mayFail) problems.push(`ended with ${end.code}: ${end.stderr.slice(-400)}`);
    if (end.code !== 0 && fault.mayFail && !/\([A-Z_]+\)/.test(end.stderr)) problems.push('no clear error');
    if (other && (await within(other.ended)).code !== 0 && !fault.mayFail)
      problems.push('the other film failed');
    for (const output of outputs.filter((path) => existsSync(path))) {
      if (JSON.stringify(await frameMd5(output)) !== JSON.stringify(expected)) problems.push('other frames');
    }
    if (!fault.mayRepeat) problems.push(...(await repeated(redis, share)));
    problems.push(...(await leftovers(redis, share, folder, workers)));
    problems.push(...(await processesLeft(env[MARK])));
  } catch (error) {
    problems.push(String(error));
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
    await redis.stop();
    disk?.unmount();
  }
  return { name: fault.name, problems };
}

/** How many jobs of a film workers have in their hands. */
async function jobsAtWork({ redis }: Farm, id: string): Promise<number> {
  const lists = await redis.keys('filmgate:*:active');
  const jobs = await Promise.all(lists.map((key) => redis.lrange(key, 0, -1)));
  return jobs.flat().filter((job) => job.startsWith(id)).length;
}

/**
 * Verified segments that were rendered again from the first frame to the last, by what the machines have told of their
 * work. A copy at the end is meant to be one.
 */
async function repeated(redis: RedisServer, share: string): Promise<string[]> {
  const farm = await connectFarm(redis.url);
  const found: string[] = [];
  try {
    for (const { id, name } of (await listFilms({ farm: redis.url, storage: share })).films) {
      const { run = '' } = (await readRecord(farm, id)) ?? {};
      const verified = new Map<number, number>();
      const begunAgain = new Set<string>();
      for (const [entry, [, text = '']] of await farm.redis.xrange(eventsKey(farm, id), '-', '+')) {
        const { by, segment, requested, written, others = [] } = batchText.parse(text);
        const at = Number(entry.split('-')[0]);
        const who = `${segment} ${by}`;
        const isLate = at > (verified.get(segment) ?? at) + NOTICED;
        if (isLate && requested?.[0] === segment * SEGMENT) begunAgain.add(who);
        const isWhole = written?.[1] === (segment + 1) * SEGMENT - 1 && begunAgain.has(who);
        if (isWhole && (await glance(farm, { film: id, run, segment }, 'copy')).note !== by)
          found.push(`segment ${segment + 1} of ${name} was verified, and ${by} rendered it again`);
        const isVerified = others.some(({ type }) => type === 'segmentVerified');
        if (isVerified && !verified.has(segment)) verified.set(segment, at);
      }
    }
  } finally {
    await farm.close();
  }
  return found;
}

/** Processes of a run that are still there, some seconds after all of its programs have ended. */
async function processesLeft(mark: string | undefined): Promise<string[]> {
  const family = new Family(mark ?? '');
  for (let tries = 0; tries < 50 && family.alive().length > 0; tries += 1) await pause(100);
  return family.alive().map(({ command }) => `a process is left: ${command.slice(0, 100)}`);
}

/** What is left when the workers have been stopped and all films were cleaned. */
async function leftovers(redis: RedisServer, share: string, folder: string, workers: readonly Cli[]) {
  for (const { child } of workers) child.kill('SIGTERM');
  await within(Promise.all(workers.map(({ ended }) => ended)));
  const place = { farm: redis.url, storage: share };
  for (const { id } of (await listFilms(place)).films) await cleanFilm(place, id);
  const found: string[] = [];
  const keys = (await redis.keys()).filter((key) => !/^filmgate:workers?(:|$)/.test(key)); // Killed ones expire.
  if (keys.length > 0) found.push(`keys are left: ${keys.join(' ')}`);
  const files = readdirSync(share).filter((name) => name !== 'filmgate-storage.json');
  if (files.length > 0) found.push(`files are left: ${files.join(' ')}`);
  const unfinished = readdirSync(folder).filter((name) => name.endsWith('.filmgate'));
  if (unfinished.length > 0 && !workers.some(({ child }) => child.signalCode))
    found.push(unfinished.join(' '));
  return found;
}

async function within<T>(ending: Promise<T>): Promise<T> {
  const late = pause(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error('it is stuck');
  });
  return Promise.race([ending, late]);
}
