import { readdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { cleanFilm } from '../../src/farm/cleanFilm';
import { connectFarm } from '../../src/farm/connect';
import { changeRecord, readRecord } from '../../src/farm/filmRecord';
import { cancelFarmFilm } from '../../src/farm/filmStatus';
import { handInFilm } from '../../src/farm/renderOnFarm';
import { sourceKeys } from '../../src/films/filmKeys';
import { readRequest } from '../../src/films/filmRequest';
import { openStorage } from '../../src/storage/openStorage';
import { runCli } from '../support/cli';
import { slowFilm, watch } from '../support/farmFilm';
import { useFarm } from '../support/farmWorkspace';
import { rejection } from '../support/rejection';

describe('cleaning a farm', () => {
  const farm = useFarm();
  const EMPTY = ['filmgate-storage.json'];
  const keysOfFilms = async () => (await farm.redis().keys()).filter((key) => !/^filmgate:worker/.test(key));

  /** A film that is in storage, of which nothing was rendered; and its worker, stopped before. */
  async function handedIn(frames = 40) {
    const worker = await farm.worker('w1');
    worker.child.kill('SIGSTOP');
    const film = { ...slowFilm(frames), ...farm.place(), output: farm.path('out/film.mp4') };
    return { id: await handInFilm(film), worker };
  }

  for (const [what, text] of Object.entries({ 'is no JSON': '{', 'is of another shape': '{"version":2}' })) {
    it(`names the sources that may have been those of a film whose request ${what}`, async () => {
      const { id } = await handedIn();
      await cancelFarmFilm(farm.place(), id);
      const { source } = await readRequest(openStorage(farm.path('share')), id);
      writeFileSync(farm.path(`share/films/${id}/request.json`), text);
      const { code, stdout, stderr } = await runCli(['farm', 'clean', id, ...farm.flags()]);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include(`films/${id}/request.json\n`).and.to.include(`Removed film ${id}.`);
      const left = [sourceKeys.list(source.digest ?? ''), sourceKeys.archive(source.digest ?? '')];
      expect(stderr).to.include(left.join('\n')).and.to.include('remove them');
      expect(readdirSync(farm.path('share'))).to.deep.equal([...EMPTY, 'sources']);
      expect(await keysOfFilms()).to.deep.equal([]);
    });
  }

  it('keeps the sources of another film', async () => {
    const { id } = await handedIn();
    await cancelFarmFilm(farm.place(), id);
    await handInFilm({ ...slowFilm(40), ...farm.place(), crf: 30, output: farm.path('out/film.mp4') });
    const { removed, left } = await cleanFilm(farm.place(), id);
    expect(removed).to.deep.equal([`films/${id}/request.json`]);
    expect(left).to.deep.equal([]);
    expect(readdirSync(farm.path('share/sources'))).to.have.length(2);
  });

  it('removes a film whose record in Redis is damaged', async () => {
    const { id } = await handedIn();
    const connected = await connectFarm(farm.place().farm);
    const { run = '' } = (await readRecord(connected, id)) ?? {};
    await changeRecord(connected, id, run, ['queued'], { done: 'many' });
    await connected.close();
    const error = await rejection(cancelFarmFilm(farm.place(), id), 'JOB_INVALID');
    expect(error.message).to.match(/done: Invalid input.*; filmgate farm clean \w+ removes the film$/);
    await cleanFilm(farm.place(), id);
    expect(readdirSync(farm.path('share'))).to.deep.equal(EMPTY);
    expect(await keysOfFilms()).to.deep.equal([]);
  });

  it('removes what storage has of a film that Redis has forgotten', async () => {
    const { id, worker } = await handedIn();
    worker.child.kill('SIGKILL');
    const connected = await connectFarm(farm.place().farm);
    await connected.redis.flushall();
    await connected.close();
    await cleanFilm(farm.place(), id);
    expect(readdirSync(farm.path('share'))).to.deep.equal(EMPTY);
    await rejection(cleanFilm(farm.place(), id), 'FILM_UNKNOWN');
  });

  it('leaves nothing in Redis of a film whose worker was killed with a segment in hand', async () => {
    const worker = await farm.worker('w1', '--lock-duration', '600');
    const watched = watch({ ...slowFilm(60), ...farm.place(), output: farm.path('out/film.mp4') });
    await watched.until(({ type }) => type === 'captured');
    const [id = ''] = readdirSync(farm.path('share/films'));
    worker.child.kill('SIGKILL');
    await worker.ended;
    await cancelFarmFilm(farm.place(), id);
    await cleanFilm(farm.place(), id);
    expect(readdirSync(farm.path('share'))).to.deep.equal(EMPTY);
    expect(await keysOfFilms()).to.deep.equal([]);
  });

  it('waits until a worker has let go of a film', async () => {
    await farm.worker('w1');
    const watched = watch({ ...slowFilm(60), ...farm.place(), output: farm.path('out/film.mp4') });
    await watched.until(({ type }) => type === 'captured');
    const [id = ''] = readdirSync(farm.path('share/films'));
    await cancelFarmFilm(farm.place(), id);
    await cleanFilm(farm.place(), id);
    await watch({ ...slowFilm(20, { pause: 1 }), ...farm.place(), output: farm.path('out/next.mp4') }).result;
    expect(readdirSync(farm.path('share/films')))
      .to.have.length(1)
      .and.not.to.include(id);
  });
});
