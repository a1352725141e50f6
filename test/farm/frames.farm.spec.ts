import { join } from 'node:path';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { chromium } from '../../src/capture/chromium/chromium';
import { type FarmRenderOptions, renderOnFarm } from '../../src/farm/renderOnFarm';
import type { RenderEvent } from '../../src/frames/events';
import { renderVideo } from '../../src/renderVideo';
import { useFarm } from '../support/farmWorkspace';
import { indexedThreads } from '../support/renderWorkspace';
import { frameMd5 } from '../support/video';

describe('a render on a farm', () => {
  const farm = useFarm();
  const film = { source: indexedThreads({ frames: 120 }), segment: '20f', threads: 2, workers: 1 };
  const page = {
    source: chromium(join(__dirname, '../fixtures/pages/boxes.html')),
    ...{ size: '64x48', duration: 2, segment: '20f', threads: 2, workers: 1 },
  };

  for (const [kind, options] of Object.entries({ scene: film, page })) {
    for (const count of kind === 'scene' ? [1, 2, 3] : [1, 3]) {
      it(`has the frames of a local render of the same ${kind}, with ${count} workers`, async () => {
        await renderVideo({ ...options, output: farm.path('out/expected.mp4') });
        for (let number = 1; number <= count; number += 1) await farm.worker(`w${number}`);
        const events = await eventsOf({ ...options, ...farm.place(), output: farm.path('out/film.mp4') });
        expect(await frameMd5(farm.path('out/film.mp4'))).to.deep.equal(
          await frameMd5(farm.path('out/expected.mp4')),
        );
        const frames = kind === 'scene' ? 120 : 60;
        expect(events.filter(({ type }) => type === 'written')).to.have.length(frames);
        expect(events.at(-1)).to.deep.include({ type: 'finished' });
      });
    }
  }
});

function eventsOf(options: FarmRenderOptions): Promise<RenderEvent[]> {
  return lastValueFrom(renderOnFarm(options).pipe(toArray()));
}
