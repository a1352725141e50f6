import { join } from 'node:path';
import type { Observable, Subscription } from 'rxjs';
import { threads } from '../../src/capture/threads/threads';
import { FilmgateError } from '../../src/errors';
import { type FarmRenderOptions, renderOnFarm } from '../../src/farm/renderOnFarm';
import type { RenderEvent, RenderResult } from '../../src/frames/events';
import { renderVideo } from '../../src/renderVideo';
import { frameMd5 } from './video';

/** A scene that takes its time, so that something can happen meanwhile. */
export function slowFilm(frames: number, { pause = 15, fail = -1 } = {}) {
  const scene = join(__dirname, '../fixtures/scenes/slow.cjs');
  return {
    source: threads(scene, { params: { frames, pause, fail } }),
    ...{ segment: '20f', threads: 2, workers: 1, maxTries: 1 },
  } as const;
}

/** A film that is being rendered on a farm. */
export interface Watched {
  readonly events: RenderEvent[];
  readonly result: Promise<RenderResult>;
  /** Settles when an event is such that. */
  until(isIt: (event: RenderEvent) => boolean): Promise<void>;
  unsubscribe(): void;
}

/** Starts a render on a farm. */
export function watch(options: FarmRenderOptions): Watched {
  return watchEvents(renderOnFarm(options));
}

export function watchEvents(observable: Observable<RenderEvent>): Watched {
  const events: RenderEvent[] = [];
  const waiting = new Set<() => void>();
  let subscription: Subscription | undefined;
  const result = new Promise<RenderResult>((resolve, reject) => {
    subscription = observable.subscribe({
      next(event) {
        events.push(event);
        for (const look of waiting) look();
        if (event.type === 'finished') resolve(event.result);
      },
      error: reject,
      complete: () => reject(new FilmgateError('CANCELLED', 'it ended without a video')),
    });
  });
  result.catch(() => {});
  const until = (isIt: (event: RenderEvent) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => events.some(isIt) && resolve();
      waiting.add(look);
      look();
      result.catch(reject);
    });
  return { events, result, until, unsubscribe: () => subscription?.unsubscribe() };
}

/** The checksums of a film's frames when one machine renders it. */
export async function locally(film: ReturnType<typeof slowFilm>, output: string) {
  await renderVideo({ ...film, output });
  return frameMd5(output);
}
