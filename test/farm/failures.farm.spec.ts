import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { cleanFilm } from '../../src/farm/cleanFilm';
import { connectFarm } from '../../src/farm/connect';
import { allFilms } from '../../src/farm/filmRecord';
import { cancelFarmFilm, filmStatus } from '../../src/farm/filmStatus';
import { handIn } from '../../src/farm/handIn';
import { attachToFilm, handInFilm } from '../../src/farm/renderOnFarm';
import type { RenderEvent } from '../../src/frames/events';
import { openStorage } from '../../src/storage/openStorage';
import type { Storage } from '../../src/storage/storage';
import { parseLines, runCli, startCli } from '../support/cli';
import { locally, slowFilm, watch, watchEvents } from '../support/farmFilm';
import { useFarm } from '../support/farmWorkspace';
import { rejection } from '../support/rejection';
import { frameMd5 } from '../support/video';

/** Is at a port in Redis' stead, until somebody has connected and was turned away. */
async function refuseOne(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'connection');
  server.close();
  await once(server, 'close');
}

describe('a farm in which something goes wrong', () => {
  const farm = useFarm();
  const output = () => farm.path('out/film.mp4');
  const startedBy = (worker: string) => (event: RenderEvent) =>
    event.type === 'captured' && event.worker.startsWith(`${worker}/`);
  const segments = () => {
    const films = farm.path('share/films');
    return readdirSync(films).flatMap((id) => readdirSync(join(films, id, 'segments')));
  };

  it('gives the segment of a worker that was killed to another', async () => {
    const film = slowFilm(120);
    const first = await farm.worker('w1');
    await farm.worker('w2');
    const watched = watch({ ...film, ...farm.place(), output: output() });
    await watched.until(startedBy('w1'));
    first.child.kill('SIGKILL');
    await watched.result;
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));
    const numbers = segments().filter((name) => name.endsWith('.ts'));
    expect(numbers.length, 'segment files').to.equal(6);
  });

  it('goes on with what it knew when Redis was killed and started again', async () => {
    const film = slowFilm(120);
    await farm.worker('w1');
    await farm.worker('w2');
    const watched = watch({ ...film, ...farm.place(), output: output() });
    await watched.until(({ type }) => type === 'segmentVerified');
    await farm.redis().kill();
    await farm.redis().begin();
    await watched.result;
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));
  });

  it('warns once while Redis is away, and once more when it goes again', async () => {
    await farm.worker('w1');
    const watched = watch({ ...slowFilm(400), ...farm.place(), output: output() });
    const isWarning = (event: RenderEvent) =>
      event.type === 'warning' && event.message === 'the connection to the farm is lost, and is tried again';
    await watched.until(({ type }) => type === 'captured');
    for (const outages of [1, 2]) {
      await farm.redis().kill();
      await watched.until(() => watched.events.filter(isWarning).length === outages);
      for (let refused = 0; refused < 4; refused += 1) await refuseOne(farm.redis().port);
      expect(watched.events.filter(isWarning)).to.have.length(outages);
      const before = watched.events.length;
      await farm.redis().begin();
      await watched.until(({ type }) => type === 'captured' && watched.events.length > before);
    }
    watched.unsubscribe();
  });

  it('ends a worker that is told to while Redis is away', async () => {
    const worker = await farm.worker('w1');
    const watched = watch({ ...slowFilm(400), ...farm.place(), output: output() });
    await watched.until(startedBy('w1'));
    await farm.redis().kill();
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).to.equal(0);
    watched.unsubscribe();
  });

  it('has an idle worker render the last segment once more where its worker stands still', async () => {
    const film = slowFilm(40, { pause: 40 });
    await farm.worker('w1', '--lock-duration', '600');
    const second = await farm.worker('w2', '--lock-duration', '600');
    const watched = watch({ ...film, ...farm.place(), output: output() });
    await watched.until(startedBy('w2'));
    second.child.kill('SIGSTOP');
    const isVerified = (number: number) => (event: RenderEvent) =>
      event.type === 'segmentVerified' && event.segment === number;
    await Promise.all([watched.until(isVerified(0)), watched.until(isVerified(1))]);
    second.child.kill('SIGCONT');
    await watched.result;
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));
  });

  it('cancels a film on all machines, and keeps what is verified', async () => {
    const film = slowFilm(400);
    const worker = await farm.worker('w1');
    const watched = watch({ ...film, ...farm.place(), output: output() });
    await watched.until(({ type }) => type === 'segmentVerified');
    const [id = ''] = readdirSync(farm.path('share/films'));
    expect(await cancelFarmFilm(farm.place(), id)).to.equal(true);
    await rejection(watched.result, 'CANCELLED');
    expect((await filmStatus(farm.place(), id)).state).to.equal('cancelled');
    expect(existsSync(output())).to.equal(false);

    const next = slowFilm(20, { pause: 1 });
    await watch({ ...next, ...farm.place(), output: farm.path('out/next.mp4') }).result;
    worker.child.kill('SIGTERM');
    await worker.ended;
    await cleanFilm(farm.place(), id);
    expect(readdirSync(farm.path('share/films'))).to.have.length(1);
  });

  it('cancels the film when whoever rendered it unsubscribes', async () => {
    await farm.worker('w1');
    let closed = () => {};
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const options = { ...slowFilm(400), ...farm.place(), output: output(), onClosed: () => closed() };
    const watched = watch(options);
    await watched.until(({ type }) => type === 'captured');
    watched.unsubscribe();
    await whenClosed;
    const [id = ''] = readdirSync(farm.path('share/films'));
    expect((await filmStatus(farm.place(), id)).state).to.equal('cancelled');
    expect(readdirSync(farm.path('out'))).to.deep.equal([]);
  });

  it('stops an upload at once when the render is cancelled, and hands nothing in', async () => {
    await farm.worker('w1');
    const stop = new AbortController();
    const storage = openStorage(farm.path('share'));
    const put: Storage['put'] = (key, content, signal) => {
      if ('text' in content) return storage.put(key, content);
      setImmediate(() => stop.abort());
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const connected = await connectFarm(farm.place().farm);
    const stuck: Storage = Object.assign(Object.create(storage), { put });
    const options = { ...slowFilm(20), output: output() };
    const error = await handIn(connected, stuck, options, stop.signal).catch((thrown) => thrown);
    expect(error).to.equal(stop.signal.reason);
    expect(await allFilms(connected)).to.deep.equal([]);
    await connected.close();
  });

  it('renders only what is missing when a cancelled film is handed in again', async () => {
    const film = slowFilm(100);
    await farm.worker('w1');
    const cancelled = watch({ ...film, ...farm.place(), output: output() });
    await cancelled.until(({ type }) => type === 'segmentVerified');
    const [id = ''] = readdirSync(farm.path('share/films'));
    await cancelFarmFilm(farm.place(), id);
    await rejection(cancelled.result, 'CANCELLED');
    const kept = new Map(
      segments().map((name) => [name, readFileSync(farm.path(`share/films/${id}/segments/${name}`))]),
    );
    const again = watch({ ...film, ...farm.place(), output: output() });
    expect((await again.result).resumedFrames).to.be.at.least(20);
    for (const [name, bytes] of kept)
      expect(readFileSync(farm.path(`share/films/${id}/segments/${name}`)).equals(bytes), name).to.equal(
        true,
      );
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));
  });

  it('hands a film in without waiting, and fetches it from elsewhere', async () => {
    const film = slowFilm(60);
    await farm.worker('w1');
    const id = await handInFilm({ ...film, ...farm.place(), output: 'film.mp4' });
    const attached = watchEvents(attachToFilm({ ...farm.place(), id, output: output() }));
    expect(await attached.result).to.include({ frames: 60 });
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));

    const again = watchEvents(attachToFilm({ ...farm.place(), id, output: output(), overwrite: true }));
    expect(await again.result).to.include({ frames: 60, resumedFrames: 60 });
  });

  it('shows the render on a dashboard, in a report and in a trace', async () => {
    await farm.worker('w1');
    const scene = join(__dirname, '../fixtures/scenes/slow.cjs');
    const film = ['render', scene, '--params', '{"frames":40}', '--segment', '20f', '-o', output()];
    const views = ['--dashboard', '--report', farm.path('report.html'), '--trace', farm.path('trace.json')];
    const rendering = startCli([...film, ...farm.flags(), ...views, '--progress-format', 'ndjson']);
    await rendering.said(/"type":"finished"/);
    rendering.child.kill('SIGINT');
    const { code, stderr } = await rendering.ended;
    expect(code, stderr).to.equal(0);
    expect(parseLines(stderr).map(({ type }) => type)).to.include('dashboard');
    expect(readFileSync(farm.path('report.html'), 'utf8')).to.include('w1/');
    const trace = JSON.parse(readFileSync(farm.path('trace.json'), 'utf8'));
    expect(JSON.stringify(trace)).to.include('w1/');

    const refused = await runCli([...film, '-y', ...farm.flags(), '--detach', '--trace', 'trace.json']);
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.include('with --detach nobody follows the film');
  });

  it('leaves nothing behind when a film is cleaned and its workers have gone', async () => {
    const worker = await farm.worker('w1');
    await watch({ ...slowFilm(40), ...farm.place(), output: output() }).result;
    const [id = ''] = readdirSync(farm.path('share/films'));
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).to.equal(0);
    await cleanFilm(farm.place(), id);
    expect(readdirSync(farm.path('share'))).to.deep.equal(['filmgate-storage.json']);
    expect(await farm.redis().keys()).to.deep.equal([]);
    expect(readdirSync(farm.path('cache/work'))).to.deep.equal([]);
    expect(readdirSync(farm.path('out'))).to.deep.equal(['film.mp4']);
  });

  it('renders a segment again whose file was damaged in storage', async () => {
    const film = slowFilm(60);
    await farm.worker('w1');
    const watched = watch({ ...film, ...farm.place(), output: output() });
    await watched.until(({ type }) => type === 'segmentVerified');
    const [id = ''] = readdirSync(farm.path('share/films'));
    const name = segments().find((file) => file.endsWith('.ts')) ?? '';
    writeFileSync(farm.path(`share/films/${id}/segments/${name}`), 'damaged');
    await watched.result;
    expect(await frameMd5(output())).to.deep.equal(await locally(film, farm.path('out/expected.mp4')));
  });

  it('fails a film of which a frame fails on every worker, with the cause of each', async () => {
    await farm.worker('w1');
    await farm.worker('w2');
    const film = slowFilm(60, { pause: 1, fail: 30 });
    const error = await rejection(
      watch({ ...film, ...farm.place(), output: output() }).result,
      'CAPTURE_FAILED',
    );
    expect(error.message).to.match(/^segment 2 failed: try 1 on w[12]: .*the lamp broke.*; try 2 on w[12]: /);
    expect(error.message).to.include('try 3');
    const next = slowFilm(20, { pause: 1 });
    await watch({ ...next, ...farm.place(), output: farm.path('out/next.mp4') }).result;
  });

  it('renders two films at the same time', async () => {
    await farm.worker('w1');
    await farm.worker('w2');
    const [one, other] = [slowFilm(60), slowFilm(61)];
    const both = [
      watch({ ...one, ...farm.place(), output: farm.path('out/one.mp4') }),
      watch({ ...other, ...farm.place(), output: farm.path('out/other.mp4') }),
    ];
    expect((await Promise.all(both.map(({ result }) => result))).map(({ frames }) => frames)).to.deep.equal([
      60, 61,
    ]);
  });

  it('renders films in turns, and the earlier segments of each first', async () => {
    await farm.worker('w1');
    const long = watch({ ...slowFilm(600), ...farm.place(), output: farm.path('out/long.mp4') });
    await long.until(({ type }) => type === 'segmentVerified');
    const short = { ...slowFilm(40), ...farm.place(), output: farm.path('out/short.mp4') };
    expect(await watch(short).result).to.include({ frames: 40 });
    const verified = long.events.flatMap((event) => (event.type === 'segmentVerified' ? event.segment : []));
    expect(verified.length, 'it came behind the long film').to.be.below(30);
    // One begins as soon as the last frame of the one before was asked for, so that two may end at the same time.
    for (const [place, segment] of verified.entries()) expect(Math.abs(segment - place)).to.be.at.most(1);
    long.unsubscribe();
  });
});
