import { concat, defer, from, map, mergeMap, type Observable, takeUntil, tap } from 'rxjs';
import { FilmgateError } from '../errors';
import { readResult } from '../films/assembleFilm';
import { filmKeys } from '../films/filmKeys';
import { checkFilmOptions, type FilmOptions, readRequest } from '../films/filmRequest';
import type { RenderEvent, RenderResult } from '../frames/events';
import type { Output } from '../output/output';
import { openOutput, planOutput } from '../output/planOutput';
import { digestOf } from '../process/digest';
import { within } from '../process/within';
import { ProgressState } from '../progress/progressState';
import { cancelled } from '../schedule/aborted';
import { type Cleanup, withCleanup } from '../schedule/withCleanup';
import { openStorage } from '../storage/openStorage';
import type { Storage } from '../storage/storage';
import { cancelFilm } from './cancel';
import { connectFarm, type Farm } from './connect';
import { farmUrl, storagePlace } from './farmUrl';
import { knownRecord } from './filmRecord';
import { withFarm } from './filmStatus';
import { followFilm } from './follow';
import { type HandedIn, handIn } from './handIn';

/** Where a farm is. */
export interface FarmPlace {
  /** Address of the farm's Redis. Default: `FILMGATE_FARM`. */
  readonly farm?: string;
  /** The farm's storage: a folder, or `s3://bucket/prefix`. Default: `FILMGATE_STORAGE`. */
  readonly storage?: string;
}

/** What to render on a farm, and to where. */
export interface FarmRenderOptions extends FilmOptions, FarmPlace {
  /** Cancels the film on all machines. */
  readonly signal?: AbortSignal;
  /** Called once, when everything is closed. */
  readonly onClosed?: () => void;
  /** Called with the film's id as soon as the film is handed in. */
  readonly onHandedIn?: (id: string) => void;
}

/** A film that is on a farm already, and where its video goes. */
export interface AttachOptions extends FarmPlace {
  /** The film's id. */
  readonly id: string;
  /** Path of the video. */
  readonly output: string;
  /** Whether a video that exists there may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** Stops following; the film goes on. */
  readonly signal?: AbortSignal;
  /** Called once, when everything is closed. */
  readonly onClosed?: () => void;
}

const CANCEL_TIME = 4000; // ms in which the farm has to answer that a film is cancelled

/**
 * Renders a video on the machines of a farm, as `render` does on this one: the same events, with a machine's name before
 * that of its worker. Unsubscribing cancels the film on all machines. When this process is killed, the film goes on.
 *
 * Errors: those of `render`, and `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`, `NO_WORKER`, `STORAGE_FAILED`,
 * `STORAGE_DIFFERS`, `SOURCE_NOT_PORTABLE`, `SOURCE_CHANGED`.
 */
export function renderOnFarm(options: FarmRenderOptions): Observable<RenderEvent> {
  const { onHandedIn, onClosed, signal } = options;
  return withCleanup((onCleanup) => {
    checkFilmOptions(options);
    let handingIn: Promise<HandedIn> | undefined;
    const start = async (farm: Farm, storage: Storage, stop: AbortSignal) => {
      handingIn = handIn(farm, storage, options, stop);
      const film = await handingIn;
      onHandedIn?.(film.id);
      return film;
    };
    const onEnd = async (farm: Farm) => {
      // What is stored by now may be handed in all the same. A film that has ended by itself stays as it is.
      const cancelling = Promise.resolve(handingIn).then((film) => film && cancelFilm(farm, film.id));
      await within(CANCEL_TIME, cancelling);
    };
    return fromFarm(options, onCleanup, start, onEnd).pipe(takeUntil(cancelled(signal)));
  }, onClosed);
}

/**
 * Follows a film that was handed in before, from any machine, and puts its video in its place. Unsubscribing leaves the
 * film alone.
 *
 * Errors: as `renderOnFarm`, and `FILM_UNKNOWN`.
 */
export function attachToFilm(options: AttachOptions): Observable<RenderEvent> {
  const start = async (farm: Farm) => {
    await knownRecord(farm, options.id);
    return { id: options.id, isNew: false };
  };
  return withCleanup(
    (onCleanup) =>
      fromFarm(options, onCleanup, start, async () => {}).pipe(takeUntil(cancelled(options.signal))),
    options.onClosed,
  );
}

/**
 * Hands a film in, and does not wait for it. Returns its id, by which it can be attached to.
 *
 * @throws FilmgateError as `renderOnFarm`, as far as that is known before a worker has planned the film
 */
export async function handInFilm(
  options: Omit<FarmRenderOptions, 'signal' | 'onClosed' | 'onHandedIn'>,
): Promise<string> {
  checkFilmOptions(options);
  const storage = openStorage(storagePlace(options.storage));
  try {
    return await withFarm(options, async (farm) => (await handIn(farm, storage, options)).id);
  } finally {
    await storage.close();
  }
}

function fromFarm(
  options: FarmPlace & { readonly output: string; readonly overwrite?: boolean },
  onCleanup: (cleanup: Cleanup) => void,
  start: (farm: Farm, storage: Storage, stop: AbortSignal) => Promise<Pick<HandedIn, 'id' | 'isNew'>>,
  onEnd: (farm: Farm) => Promise<void>,
): Observable<RenderEvent> {
  const begun = performance.now();
  const state = new ProgressState(0);
  const machines = new Set<string>();
  const stop = new AbortController();
  const opening = (async () => {
    const storage = openStorage(storagePlace(options.storage));
    onCleanup(() => storage.close());
    const plan = planOutput(options.output, options);
    const output = openOutput(plan);
    await output.check();
    const farm = await connectFarm(farmUrl(options.farm));
    onCleanup(() => farm.close());
    output.begin();
    onCleanup(() => output.discard());
    onCleanup(() => {
      stop.abort();
      return onEnd(farm);
    });
    stop.signal.throwIfAborted();
    return { farm, storage, output, film: await start(farm, storage, stop.signal) };
  })();
  onCleanup(() => {
    stop.abort();
    return opening.catch(() => {}); // What it opens late is closed too.
  });
  return from(opening).pipe(
    mergeMap(({ farm, storage, output, film }) =>
      concat(
        followFilm(farm, storage, film).pipe(
          tap((event) => {
            state.add(event, performance.now() - begun);
            if (event.type === 'captured') machines.add(machineOf(event.worker));
          }),
        ),
        defer(() => publish(storage, film.id, output)).pipe(
          map(({ frames, bytes }): RenderEvent => {
            const snapshot = state.snapshot(performance.now() - begun);
            const result: RenderResult = {
              output: options.output,
              frames,
              bytes,
              elapsedSeconds: (performance.now() - begun) / 1000,
              peakOutstanding: snapshot.peakOutstanding,
              window: snapshot.window * Math.max(1, machines.size), // Each machine has its own.
              retries: snapshot.retries,
              resumedFrames: snapshot.resumed,
            };
            return { type: 'finished', result };
          }),
        ),
      ),
    ),
    map((event) =>
      event.type === 'planned' ? { ...event, plan: { ...event.plan, output: options.output } } : event,
    ),
  );
}

/** A machine's name stands before that of its worker. */
function machineOf(worker: string): string {
  return worker.slice(0, worker.lastIndexOf('/'));
}

/** Fetches the finished video, checks it, and puts it in its place. */
async function publish(
  storage: Storage,
  id: string,
  output: Output,
): Promise<{ frames: number; bytes: number }> {
  const result = await readResult(storage, id);
  const { extension } = await readRequest(storage, id);
  const isThere = result && (await storage.fetch(filmKeys.video(id, extension), output.target));
  if (!isThere || (await digestOf(output.target)) !== result.sha256) {
    await storage.remove([filmKeys.result(id)]); // It is put together again when the film is handed in again.
    const message = `storage: the video of film ${id} in ${storage.place} is missing or damaged; hand the film in again`;
    throw new FilmgateError('STORAGE_DAMAGED', message);
  }
  return { frames: result.frames, bytes: await output.publish() };
}
