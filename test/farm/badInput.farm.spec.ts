import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { chromium } from '../../src/capture/chromium/chromium';
import { inline } from '../../src/capture/inline';
import { threads } from '../../src/capture/threads/threads';
import { connectFarm } from '../../src/farm/connect';
import { openDashboard } from '../../src/farm/dashboard';
import { beginRecord, changeRecord } from '../../src/farm/filmRecord';
import { filmStatus } from '../../src/farm/filmStatus';
import { openFarmWorker } from '../../src/farm/openFarmWorker';
import { announce, liveWorkers } from '../../src/farm/workers';
import { describeEnvironment, environmentKey } from '../../src/films/environment';
import { packSource } from '../../src/films/packSource';
import { runCli } from '../support/cli';
import { fakeRedis } from '../support/fakeRedis';
import { slowFilm, watch } from '../support/farmFilm';
import { useFarm } from '../support/farmWorkspace';
import { freePort, RedisServer } from '../support/redisServer';
import { rejection } from '../support/rejection';

describe('a farm that is given something wrong', () => {
  const farm = useFarm();
  const film = () => ({ ...slowFilm(20, { pause: 1 }), ...farm.place(), output: farm.path('out/film.mp4') });
  const fails = (options: object) => rejection(watch({ ...film(), ...options }).result, 'INVALID_OPTION');

  async function withRedis(settings: readonly string[], work: (redis: RedisServer) => Promise<void>) {
    const redis = await RedisServer.start(...settings);
    try {
      await work(redis);
    } finally {
      await redis.stop();
    }
  }

  it('says that no Redis answers', async () => {
    const url = `redis://films:secret@127.0.0.1:${await freePort()}`;
    const error = await rejection(watch({ ...film(), farm: url }).result, 'FARM_UNREACHABLE');
    expect(error.message).to.match(/^farm: no Redis answers at redis:\/\/\*\*\*@127\.0\.0\.1:\d+: /);
    expect(JSON.stringify([error.message, String(error.cause)])).not.to.include('secret');
  });

  it('says that the password is wrong, without saying what it is', () =>
    withRedis(['--requirepass', 'right'], async ({ port }) => {
      const wrong = `redis://:wrong-secret@127.0.0.1:${port}`;
      const error = await rejection(connectFarm(wrong), 'FARM_REFUSED');
      expect(error.message).to.include('***').and.not.to.include('wrong-secret');
      await rejection(connectFarm(`redis://127.0.0.1:${port}`), 'FARM_REFUSED');
      await (await connectFarm(`redis://:right@127.0.0.1:${port}`)).close();
    }));

  it('refuses a Redis that evicts keys', () =>
    withRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'], async ({ url }) => {
      const { message } = await rejection(connectFarm(url), 'FARM_UNSUITABLE');
      expect(message)
        .to.include('maxmemory-policy allkeys-lru')
        .and.to.include('set maxmemory-policy noeviction');
    }));

  it('refuses an old Redis, and one whose clock is off', async () => {
    for (const [server, says] of [
      [{ version: '5.0.7' }, 'is Redis 5.0.7, and a farm needs 6.2 or later'],
      [{ off: 120 }, /disagree about the time by 1\d\d s: set the clocks/],
    ] as const) {
      const redis = await fakeRedis(server);
      const { message } = await rejection(connectFarm(redis.url), 'FARM_UNSUITABLE');
      redis.close();
      expect(message).to.match(new RegExp(says));
    }
  });

  it('prints an address without its credentials', async () => {
    const url = `redis://films:secret@127.0.0.1:${await freePort()}`;
    const args = ['render', join(__dirname, '../fixtures/scenes/slow.cjs'), '-o', farm.path('out/a.mp4')];
    for (const format of ['none', 'ndjson']) {
      const asked = ['--storage', farm.path('share'), '--progress-format', format];
      const { code, stdout, stderr } = await runCli([...args, ...asked], { env: { FILMGATE_FARM: url } });
      expect(code).to.equal(3);
      expect(stdout + stderr)
        .to.include('FARM_UNREACHABLE')
        .and.not.to.include('secret');
    }
  });

  it('does not show the credentials of an address to whoever lists the processes', async () => {
    const url = farm.place().farm.replace('//', '//default:secret@');
    const { child } = await farm.worker('w1', '--farm', url);
    const command = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    expect(command).to.include('redis://***@127.0.0.1').and.not.to.include('secret');
  });

  it('says that there is no worker', async () => {
    const { message } = await rejection(watch(film()).result, 'NO_WORKER');
    expect(message).to.match(/needs a worker with Filmgate \S+, and there is none: start filmgate worker/);
  });

  it('says what the workers have where none may render the film', async () => {
    const environment = { ...(await describeEnvironment({ cache: farm.path('cache') })), filmgate: '0.0.1' };
    const connected = await connectFarm(farm.place().farm);
    await announce(connected, { name: 'old', environment, storage: 's', place: 'p' });
    const { message } = await rejection(watch(film()).result, 'NO_WORKER');
    expect(message).to.include('the workers have: old (filmgate 0.0.1, ffmpeg ');
    const { browser: _, ...blind } = {
      ...environment,
      filmgate: (await describeEnvironment({ cache: '' })).filmgate,
    };
    await announce(connected, { name: 'old', environment: blind, storage: 's', place: 'p' });
    const page = chromium(join(__dirname, '../fixtures/pages/boxes.html'));
    const error = await rejection(watch({ ...film(), source: page }).result, 'NO_WORKER');
    expect(error.message).to.include('and a browser');
    await connected.close();
  });

  it('refuses a storage that is not the one of the other machines', async () => {
    await farm.worker('w1');
    mkdirSync(farm.path('elsewhere'));
    const storage = farm.path('elsewhere');
    const { message } = await rejection(watch({ ...film(), storage }).result, 'STORAGE_DIFFERS');
    expect(message).to.include(`${storage} is not the one that worker w1 uses (${farm.path('share')} there)`);
    await rejection(
      openFarmWorker({ ...farm.place(), storage, cache: farm.path('cache') }),
      'STORAGE_DIFFERS',
    );
    expect(await watch(film()).result).to.include({ frames: 20 });
  });

  it('takes workers that have begun a storage at the same moment', async () => {
    const options = { ...farm.place(), cache: farm.path('cache') };
    const first = await openFarmWorker({ ...options, name: 'w1' });
    writeFileSync(farm.path('share/filmgate-storage.json'), '{"id":"of the second"}');
    const second = await openFarmWorker({ ...options, name: 'w2' });
    await Promise.all([first.close(), second.close()]);
  });

  it('refuses a storage that is not there', async () => {
    const storage = farm.path('none');
    await rejection(watch({ ...film(), storage }).result, 'STORAGE_FAILED');
    await rejection(openFarmWorker({ ...farm.place(), storage }), 'STORAGE_FAILED');
  });

  it('refuses options that are for one machine', async () => {
    expect((await fails({ resume: true })).message).to.match(
      /^resume: .*goes on by itself when it is handed in again/,
    );
    for (const options of [
      { restart: true },
      { lanes: 2 },
      { ffmpeg: 'ffmpeg' },
      { ffmpegArgs: (args: string[]) => args },
      { output: farm.path('out/%05d.png') },
      { crf: 99 },
    ])
      await fails(options);
  });

  it('refuses a source that cannot be sent', async () => {
    const source = inline({
      format: { pixels: 'rgba', width: 2, height: 2 },
      ...{ fps: 30, frames: 1, capture: () => new Uint8Array(16) },
    });
    await rejection(watch({ ...film(), source }).result, 'SOURCE_NOT_PORTABLE');
    await farm.worker('w1');
    writeFileSync(farm.path('scene.mjs'), "import three from 'three';\nexport default {};");
    const importing = threads(farm.path('scene.mjs'));
    const { message } = await rejection(
      watch({ ...film(), source: importing }).result,
      'SOURCE_NOT_PORTABLE',
    );
    expect(message).to.include('imports three').and.to.include('npx esbuild scene.mjs --bundle');
  });

  it('refuses to include what is beside the source', async () => {
    await farm.worker('w1');
    mkdirSync(farm.path('scene'));
    writeFileSync(farm.path('scene/package.json'), '{}');
    writeFileSync(farm.path('scene/scene.cjs'), '');
    const source = threads(farm.path('scene/scene.cjs'));
    for (const include of [farm.path(), farm.path('share')]) {
      const error = await fails({ source, include: [include] });
      expect(error.message).to.equal(
        `include: invalid value "${include}"; give files or folders in ${farm.path('scene')}`,
      );
    }
  });

  it('notices that the source changes while it is handed in', async () => {
    writeFileSync(farm.path('page.html'), 'before');
    const changing = {
      read: async () => writeFileSync(farm.path('page.html'), 'after'), // Between its digest and its archive.
      put: async () => {},
    };
    const packing = packSource(changing as never, farm.path(), ['page.html']);
    expect((await rejection(packing, 'SOURCE_CHANGED')).message).to.include('page.html changed while');
    await rejection(packSource(changing as never, farm.path(), ['gone.js']), 'SOURCE_CHANGED');
  });

  it('does nothing with a job that is not one of Filmgate, and goes on with the others', async () => {
    await farm.worker('w1');
    const environment = await describeEnvironment({ cache: farm.path('cache') });
    const connection = { url: farm.place().farm };
    const queue = new Queue(`films-${environmentKey(environment)}`, { connection, prefix: 'filmgate' });
    await queue.add('segment', { film: '../../etc/passwd', run: 'x', segment: 0 });
    await queue.add('run', { code: 'process.exit()' });
    expect(await watch(film()).result).to.include({ frames: 20 });
    expect(await queue.getJobCounts('failed', 'wait', 'active')).to.deep.equal({
      failed: 2,
      wait: 0,
      active: 0,
    });
    await queue.close();
  });

  it('knows no film of an id that nobody has handed in', async () => {
    await rejection(filmStatus(farm.place(), 'f'.repeat(32)), 'FILM_UNKNOWN');
    await rejection(filmStatus(farm.place(), '*'), 'FILM_UNKNOWN');
    const { code, stderr } = await runCli(['farm', 'status', 'x', ...farm.flags().slice(0, 2)]);
    expect(code).to.equal(2);
    expect(stderr).to.include('FILM_UNKNOWN');
  });

  it('lists a film whose record is damaged, and what is unknown of others as null', async () => {
    const connected = await connectFarm(farm.place().farm);
    const environment = await describeEnvironment({ cache: farm.path('cache') });
    const record = { run: '00000001', environment, queue: 'a'.repeat(12), name: 'film.mp4', storage: 's' };
    await beginRecord(connected, 'a'.repeat(32), record);
    for (const [letter, field, text] of [
      ['b', 'done', 'many'],
      ['c', 'error', 'the lamp broke'],
      ['d', 'environment', '{'],
    ] as const) {
      await beginRecord(connected, letter.repeat(32), record);
      await changeRecord(connected, letter.repeat(32), record.run, ['queued'], { [field]: text });
    }
    await connected.close();
    const listed = await runCli(['farm', 'list', '--json', ...farm.flags().slice(0, 2)]);
    expect(listed.code, listed.stderr).to.equal(0);
    const [good, damaged, ...others] = JSON.parse(listed.stdout).films;
    expect(good).to.include({ state: 'queued', segments: null, error: null });
    expect(damaged).to.include({ id: 'b'.repeat(32), state: 'unknown', name: null, handedIn: null });
    expect(damaged.error).to.match(/^the record of film b+ is not what Filmgate writes: done: /);
    const reasons = others.map(({ error }: { error: string }) => error);
    expect(reasons[0]).to.match(
      /^the record of film c+ is not what Filmgate writes: error: it is no JSON; filmgate/,
    );
    expect(reasons[1]).to.match(
      /^the record of film d+ is not what Filmgate writes: environment: it is no JSON/,
    );
    const status = await runCli(['farm', 'status', good.id, '--json', ...farm.flags().slice(0, 2)]);
    expect(JSON.parse(status.stdout)).to.deep.equal({ v: 1, ...good });
  });

  it('opens no dashboard on a port that is none, or is in use', async () => {
    const { code, stderr } = await runCli(['farm', 'dashboard', '--port', 'x', ...farm.flags().slice(0, 2)]);
    expect(code).to.equal(2);
    expect(stderr).to.include('port: invalid value "x"; give a port from 0 to 65535');
    await rejection(openDashboard(farm.place(), 65536), 'INVALID_OPTION');
    const { message } = await rejection(openDashboard(farm.place(), farm.redis().port), 'INVALID_OPTION');
    expect(message).to.match(/^port: invalid value \d+; another port is free, perhaps: .*EADDRINUSE/);
    const { url, close } = await openDashboard(farm.place());
    expect((await fetch(url)).status).to.equal(200);
    await close();
  });

  it('tells programs of a command below another what is wrong with its options', async () => {
    const asked = ['farm', 'attach', 'x', '--progress-format', 'ndjson', '--nonsense'];
    const { code, stderr } = await runCli(asked);
    expect(code).to.equal(2);
    expect(JSON.parse(stderr)).to.include({ type: 'failed', code: 'INVALID_OPTION' });
  });

  it('says that its cache cannot be written to', async () => {
    writeFileSync(farm.path('file'), '');
    const { message } = await rejection(
      openFarmWorker({ ...farm.place(), cache: farm.path('file') }),
      'INVALID_OPTION',
    );
    expect(message).to.match(/^cache: invalid value ".*file"; give a folder that can be written to: /);
  });

  it('has two workers that were given one name under two', async () => {
    const said: string[] = [];
    const open = (cache: string) =>
      openFarmWorker({
        ...farm.place(),
        cache: farm.path(cache),
        name: 'studio',
        onLog: (text) => void said.push(text),
      });
    const first = await open('one');
    const second = await open('two');
    expect(first.name).to.equal('studio');
    expect(second.name).to.match(/^studio-[0-9a-f]{4}$/);
    expect(said).to.deep.equal([`another worker has the name studio: this one is ${second.name}`]);
    const connected = await connectFarm(farm.place().farm);
    const names = (await liveWorkers(connected)).map(({ name }) => name);
    expect(names).to.have.members([first.name, second.name]);
    await connected.close();
    await first.close();
    await second.close();
    const third = await open('one');
    expect(third.name).to.equal('studio');
    await third.close();
  });

  it('needs an address and a storage', async () => {
    expect(
      (await rejection(openFarmWorker({ storage: farm.path('share') }), 'INVALID_OPTION')).option,
    ).to.equal('farm');
    expect((await rejection(openFarmWorker({ farm: 'redis://h' }), 'INVALID_OPTION')).option).to.equal(
      'storage',
    );
    for (const url of ['http://user:secret@h', 'redis://user:secret%@h']) {
      const place = { farm: url, storage: farm.path('share') };
      expect((await rejection(openFarmWorker(place), 'INVALID_OPTION')).message).not.to.include('secret');
    }
  });

  it('lets a user of an ACL in who may use the keys of Filmgate', async () => {
    const redis = new Redis(farm.place().farm);
    await redis.call('ACL', 'SETUSER', 'films', 'on', '>secret', '~filmgate:*', '&*', '+@all');
    redis.disconnect();
    const connected = await connectFarm(farm.place().farm.replace('//', '//films:secret@'));
    expect(connected.address).to.include('***');
    await connected.close();
  });

  it('reaches a Redis behind TLS, whose certificate is trusted', async () => {
    const pem = join(__dirname, '../fixtures/https/localhost.pem'); // Its key, and its certificate.
    const port = await freePort();
    const tls = ['--tls-port', String(port), '--tls-cert-file', pem, '--tls-key-file', pem];
    await withRedis([...tls, '--tls-auth-clients', 'no', '--requirepass', 'secret'], async () => {
      const list = ['farm', 'list', '--farm', `rediss://:secret@localhost:${port}`];
      const { code, stdout, stderr } = await runCli(list, { env: { NODE_EXTRA_CA_CERTS: pem } });
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include('no worker is there');
      const untrusted = await runCli(list);
      expect(untrusted.code).to.equal(3);
      expect(untrusted.stderr)
        .to.match(/self.signed certificate.*FARM_UNREACHABLE/)
        .and.not.to.include('secret');
    });
  });
});
