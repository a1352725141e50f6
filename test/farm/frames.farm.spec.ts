import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { chromium } from '../../src/capture/chromium/chromium';
import { hyperframes } from '../../src/capture/hyperframes/hyperframes';
import { type FarmRenderOptions, renderOnFarm } from '../../src/farm/renderOnFarm';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import type { RenderEvent } from '../../src/frames/events';
import { renderVideo } from '../../src/renderVideo';
import { useFarm } from '../support/farmWorkspace';
import { useFilmProjects } from '../support/filmProjects';
import { indexedThreads } from '../support/renderWorkspace';
import { useS3Server } from '../support/s3Server';
import { click, loudest, soundOf, writeSound } from '../support/sound';
import { frameMd5 } from '../support/video';

describe('a render on a farm', () => {
  const farm = useFarm();
  const same = { threads: 2, workers: 1 };
  const film = { source: indexedThreads({ frames: 120 }), segment: '20f', ...same };
  const long = {
    scene: { source: indexedThreads({ frames: 600 }), segment: '60f', ...same },
    page: {
      source: chromium(join(__dirname, '../fixtures/pages/boxes.html')),
      ...{ size: '64x48', duration: 20, segment: '60f', ...same },
    },
  };

  for (const [kind, options] of Object.entries(long)) {
    let local: Awaited<ReturnType<typeof frameMd5>> | undefined; // The same for any number of workers.
    for (const names of [['w1'], ['w1', 'w2'], ['w1', 'w2', 'w3']]) {
      it(`has the 600 frames of a local render of the same ${kind}, with ${names.length} workers`, async () => {
        if (!local) {
          await renderVideo({ ...options, output: farm.path('out/expected.mp4') });
          local = await frameMd5(farm.path('out/expected.mp4'));
          expect(local.sums).to.have.length(600);
        }
        await Promise.all(names.map((name) => farm.worker(name)));
        const events = await eventsOf({ ...options, ...farm.place(), output: farm.path('out/film.mp4') });
        expect(await frameMd5(farm.path('out/film.mp4'))).to.deep.equal(local);
        expect(events.filter(({ type }) => type === 'written')).to.have.length(600);
        const machines = events.flatMap((event) =>
          event.type === 'captured' ? (event.worker.split('/')[0] ?? '') : [],
        );
        expect([...new Set(machines)].sort()).to.deep.equal(names);
        expect(events.at(-1)).to.have.nested.include({ type: 'finished', 'result.resumedFrames': 0 });
        expect(events.filter(({ type }) => type === 'segmentsPlanned')).to.have.length(1);
      });
    }
  }

  const s3 = useS3Server();
  it('has the frames of a local render with its storage in S3', async () => {
    const storage = s3();
    await renderVideo({ ...film, output: farm.path('out/expected.mp4') });
    await farm.worker('w1', '--storage', storage);
    await eventsOf({ ...film, ...farm.place(), storage, output: farm.path('out/film.mp4') });
    expect(await frameMd5(farm.path('out/film.mp4'))).to.deep.equal(
      await frameMd5(farm.path('out/expected.mp4')),
    );
    expect(readdirSync(farm.path('share'))).to.deep.equal([]);
  });

  it('has the sound of a local render', async () => {
    writeSound(farm.path('click.wav'), click(48_000 * 3, 48_000));
    const options = { ...film, audio: [{ path: farm.path('click.wav'), offset: 0.5, volume: 0.8 }] };
    await renderVideo({ ...options, output: farm.path('out/expected.mp4') });
    await farm.worker('w1');
    await eventsOf({ ...options, ...farm.place(), output: farm.path('out/film.mp4') });
    const ffmpeg = await findFFmpeg();
    const heard = await soundOf(ffmpeg, farm.path('out/film.mp4'));
    expect(Math.abs(loudest(heard) - 72_000)).to.be.lessThan(1100); // One packet of AAC.
    expect(heard).to.deep.equal(await soundOf(ffmpeg, farm.path('out/expected.mp4')));
  });

  const projects = useFilmProjects();
  it('has the frames of a local render of a HyperFrames project', async () => {
    const options = {
      source: hyperframes(projects.copy('compositions')),
      ...{ segment: '15f', threads: 2, workers: 1 },
    };
    await renderVideo({ ...options, output: farm.path('out/expected.mp4') });
    await farm.worker('w1');
    await eventsOf({ ...options, ...farm.place(), output: farm.path('out/film.mp4') });
    expect(await frameMd5(farm.path('out/film.mp4'))).to.deep.equal(
      await frameMd5(farm.path('out/expected.mp4')),
    );
  });
});

function eventsOf(options: FarmRenderOptions): Promise<RenderEvent[]> {
  return lastValueFrom(renderOnFarm(options).pipe(toArray()));
}
