import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { chromium } from '../../src/capture/chromium/chromium';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { assembleFilm, readResult } from '../../src/films/assembleFilm';
import { filmKeys } from '../../src/films/filmKeys';
import { filmIdOf } from '../../src/films/filmRequest';
import { planFilm } from '../../src/films/planFilm';
import { renderSegment } from '../../src/films/renderSegment';
import { useFilmWorkspace } from '../support/filmWorkspace';
import { rejection } from '../support/rejection';
import { indexedThreads } from '../support/renderWorkspace';
import { click, loudest, soundOf, writeSound } from '../support/sound';
import { frameMd5 } from '../support/video';

describe('a film in three steps over storage', () => {
  const at = useFilmWorkspace();

  it('has the frames of a render on one machine, whatever machine renders which segment', async () => {
    const options = { source: indexedThreads({ frames: 60 }), segment: '20f', workers: 2 };
    const { id } = await at.handIn(options);
    const segments = await planFilm(at.storage(), id, at.machine('one'));
    expect(segments).to.have.length(3);
    for (const [segment, name] of [
      [2, 'one'],
      [0, 'two'],
      [1, 'one'],
    ] as const) {
      const entry = await renderSegment(at.storage(), id, segment, at.machine(name));
      expect(entry).to.include({ segment, first: segment * 20, count: 20 });
    }
    const result = await assembleFilm(at.storage(), id, at.machine('two'));
    expect(result.frames).to.equal(60);
    await at.storage().fetch(filmKeys.video(id, '.mp4'), at.path('film.mp4'));
    expect(await frameMd5(at.path('film.mp4'))).to.deep.equal(await at.expected(options));
    expect(await readResult(at.storage(), id)).to.deep.equal(result);
    for (const name of ['one', 'two']) expect(readdirSync(at.path(join(name, 'work')))).to.deep.equal([]);
  });

  it('has the frames of a page, with its files', async () => {
    const page = join(__dirname, '../fixtures/pages/boxes.html');
    const options = { source: chromium(page), size: '64x48', duration: 1, segment: '15f', workers: 1 };
    const { id } = await at.handIn(options);
    const segments = await planFilm(at.storage(), id, at.machine('one'));
    for (const { segment } of [...segments].reverse())
      await renderSegment(at.storage(), id, segment, at.machine('two'));
    await assembleFilm(at.storage(), id, at.machine('one'));
    await at.storage().fetch(filmKeys.video(id, '.mp4'), at.path('film.mp4'));
    expect(await frameMd5(at.path('film.mp4'))).to.deep.equal(await at.expected(options));
  });

  it('has the sound of a page, whose media is elsewhere on every machine', async () => {
    mkdirSync(at.path('page'));
    writeSound(at.path('page/click.wav'), click(48_000, 24_000));
    const media = '<audio src="click.wav" autoplay loop></audio>';
    writeFileSync(at.path('page/page.html'), `<!doctype html><body>${media}</body>`);
    const options = {
      source: chromium(at.path('page/page.html')),
      ...{ size: '64x48', duration: 2, segment: '30f', workers: 1 },
    };
    const { id } = await at.handIn(options);
    await planFilm(at.storage(), id, at.machine('one'));
    const first = await renderSegment(at.storage(), id, 0, at.machine('one'));
    expect(first.sound?.map(({ media }) => media)).to.deep.equal(['source:click.wav']);
    await renderSegment(at.storage(), id, 1, at.machine('two'));
    await assembleFilm(at.storage(), id, at.machine('three'));
    await at.storage().fetch(filmKeys.video(id, '.mp4'), at.path('film.mp4'));
    await at.expected(options);
    const ffmpeg = await findFFmpeg();
    const heard = await soundOf(ffmpeg, at.path('film.mp4'));
    expect(heard[loudest(heard)]).to.be.greaterThan(0.1);
    expect(heard).to.deep.equal(await soundOf(ffmpeg, at.path('expected.mp4')));
  });

  it('does not render a segment that is entered already', async () => {
    const { id } = await at.handIn({ source: indexedThreads({ frames: 20 }), segment: '20f', workers: 1 });
    await planFilm(at.storage(), id, at.machine('one'));
    const first = await renderSegment(at.storage(), id, 0, at.machine('one'));
    let events = 0;
    const onEvent = () => {
      events += 1;
    };
    expect(await renderSegment(at.storage(), id, 0, at.machine('two'), { onEvent })).to.deep.equal(first);
    expect(events).to.equal(0);
  });

  it('gives the same film the same id, and another one another', async () => {
    const options = { source: indexedThreads({ frames: 20 }), segment: '20f' };
    const { id } = await at.handIn(options);
    expect((await at.handIn({ ...options, workers: 2, frameTimeout: 9 })).id).to.equal(id);
    expect((await at.handIn({ ...options, crf: 30 })).id).not.to.equal(id);
    expect((await at.handIn({ ...options, source: indexedThreads({ frames: 21 }) })).id).not.to.equal(id);
  });

  it('removes a segment whose file is damaged, so that it is rendered again', async () => {
    const { id } = await at.handIn({ source: indexedThreads({ frames: 40 }), segment: '20f', workers: 1 });
    await planFilm(at.storage(), id, at.machine('one'));
    for (const segment of [0, 1]) await renderSegment(at.storage(), id, segment, at.machine('one'));
    const [file] = (await at.storage().list(filmKeys.entries(id))).filter((key) => key.endsWith('.ts'));
    await at.storage().put(file ?? '', { text: 'damaged' });
    const error = await rejection(assembleFilm(at.storage(), id, at.machine('one')), 'STORAGE_DAMAGED');
    expect(error.message).to.match(/^storage: segment 1 of film \w+ is not what was verified/);
    await renderSegment(at.storage(), id, 0, at.machine('one'));
    expect((await assembleFilm(at.storage(), id, at.machine('one'))).frames).to.equal(40);
  });

  it('takes a segment and a video of which the entry is damaged for missing', async () => {
    const { id } = await at.handIn({ source: indexedThreads({ frames: 20 }), segment: '20f', workers: 1 });
    await planFilm(at.storage(), id, at.machine('one'));
    await renderSegment(at.storage(), id, 0, at.machine('one'));
    await at.storage().put(filmKeys.entry(id, 0), { text: '{"segment":0}' });
    await rejection(assembleFilm(at.storage(), id, at.machine('one')), 'STORAGE_DAMAGED');
    await renderSegment(at.storage(), id, 0, at.machine('one'));
    const result = await assembleFilm(at.storage(), id, at.machine('one'));
    await at.storage().put(filmKeys.result(id), { text: '{' });
    expect(await readResult(at.storage(), id)).to.equal(undefined);
    expect((await assembleFilm(at.storage(), id, at.machine('one'))).frames).to.equal(result.frames);
  });

  it('says how to go on where the plan of a film is damaged', async () => {
    const { id } = await at.handIn({ source: indexedThreads({ frames: 20 }) });
    await at.storage().put(filmKeys.plan(id), { text: '{' });
    const { message } = await rejection(planFilm(at.storage(), id, at.machine('one')), 'JOB_INVALID');
    expect(message).to.match(
      /^the plan of film \w+ .*: it is no JSON; filmgate farm clean \w+ removes the film/,
    );
  });

  it('refuses a machine of another environment, and says what differs', async () => {
    const { id, request } = await at.handIn({ source: indexedThreads({ frames: 20 }) });
    const other = { ...request, environment: { ...request.environment, ffmpeg: '4.4' } };
    const otherId = filmIdOf(other);
    expect(otherId).not.to.equal(id);
    await at.storage().put(filmKeys.request(otherId), { text: JSON.stringify(other) });
    const error = await rejection(planFilm(at.storage(), otherId, at.machine('one')), 'NO_WORKER');
    expect(error.message).to.match(/it has ffmpeg \S+ instead of 4\.4$/);
  });

  it('does not open a request that was changed in storage', async () => {
    const { id, request } = await at.handIn({ source: indexedThreads({ frames: 20 }) });
    const entry = '../../../etc/passwd.js';
    const changed = { ...request, source: { ...request.source, entry } };
    await at.storage().put(filmKeys.request(id), { text: JSON.stringify(changed) });
    await rejection(planFilm(at.storage(), id, at.machine('one')), 'JOB_INVALID');
    const forged = filmIdOf(changed);
    await at.storage().put(filmKeys.request(forged), { text: JSON.stringify(changed) });
    const error = await rejection(planFilm(at.storage(), forged, at.machine('one')), 'JOB_INVALID');
    expect(error.message).to.include('outside of it');
  });
});
