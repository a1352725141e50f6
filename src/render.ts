import {
  concat,
  connect,
  defer,
  filter,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { WorkerPool } from './capture/pool';
import type { CaptureSession } from './capture/source';
import { Encoder } from './encode/encoder';
import { FilmgateError } from './errors';
import type { RenderEvent, RenderResult } from './frames/events';
import { frameBytes } from './frames/format';
import { pipeline } from './pipeline';
import { planRender, type RenderOptions, type RenderPlan } from './plan';
import type { Snapshot } from './progress/snapshot';
import { snapshots } from './progress/snapshots';
import { type Close, closing } from './schedule/closing';

/**
 * Renders a video. Cold: subscribing starts it, unsubscribing cancels it. The last event carries the result; complete
 * and error come when all workers and FFmpeg are gone, and then the output is the whole video or what it was before.
 *
 *     render({ source: threads('scene.js'), output: 'out.mp4' }).subscribe(console.log);
 *
 * Errors: every {@link FilmgateError}, by its `code`.
 */
export function render(options: RenderOptions): Observable<RenderEvent> {
  return renderPlanned(options, (session) => planRender(options, session));
}

/** {@link render}, by a plan of the caller's own. @internal */
export function renderPlanned(
  { source, signal, onClosed }: Pick<RenderOptions, 'source' | 'signal' | 'onClosed'>,
  plan: (session: CaptureSession) => Promise<RenderPlan>,
): Observable<RenderEvent> {
  return closing((onClose) => {
    const start = performance.now();
    const session = source.open();
    const planning = plan(session);
    onClose(async () => {
      await session.close();
      await planning.catch(() => {}); // Its failure has been told, or the render was cancelled before.
    });
    const film = from(planning).pipe(mergeMap((made) => filmPlan(made, session, onClose, start)));
    return merge(film, session.events ?? NEVER).pipe(
      takeWhile(({ type }) => type !== 'finished', true),
      takeUntil(cancelled(signal)),
    );
  }, onClosed);
}

/** How {@link renderVideo} tells of its progress. */
export interface RenderVideoOptions extends RenderOptions {
  /** Called with a snapshot four times a second, and once at the end. */
  readonly onProgress?: (snapshot: Snapshot) => void;
  /** Called with every event, as {@link render} emits it: what a page says (`pageMessage`) is among them. */
  readonly onEvent?: (event: RenderEvent) => void;
}

/**
 * {@link render} for those without RxJS: resolves with the result, rejects with the error, both when everything is
 * closed. Cancel it with `signal`.
 */
export async function renderVideo(options: RenderVideoOptions): Promise<RenderResult> {
  const { onProgress, onEvent } = options;
  const watch = connect((events: Observable<RenderEvent>) =>
    merge(
      events.pipe(tap((event) => onEvent?.(event))),
      events.pipe(
        snapshots(),
        tap((snapshot) => onProgress?.(snapshot)),
        ignoreElements(),
      ),
    ),
  );
  return resultOf((onClosed) => render({ ...options, onClosed }).pipe(watch), options.onClosed);
}

/** The result of a render, as a promise that settles when everything is closed. @internal */
export async function resultOf(
  start: (onClosed: () => void) => Observable<RenderEvent>,
  alsoClosed?: () => void,
): Promise<RenderResult> {
  let closed = () => {};
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const events = start(() => {
    closed();
    alsoClosed?.();
  });
  try {
    return (await lastValueFrom(events.pipe(filter((event) => event.type === 'finished')))).result;
  } finally {
    await whenClosed; // Also where a callback threw, which is a cancellation to the render.
  }
}

function filmPlan(
  { capture, encode, summary }: RenderPlan,
  session: CaptureSession,
  onClose: (close: Close) => void,
  start: number,
): Observable<RenderEvent> {
  const { range, window, memory, workers, output } = summary;
  const encoder = new Encoder(encode);
  onClose(() => encoder.destroy());
  const pool = new WorkerPool(workers, session.prepare(capture));
  onClose(() => pool.close());

  let outstanding = 0;
  let peakOutstanding = 0;
  const countOutstanding = (event: RenderEvent) => {
    if (event.type === 'requested') outstanding += 1;
    if (event.type === 'written') outstanding -= 1;
    peakOutstanding = Math.max(peakOutstanding, outstanding);
  };
  const bytes = { budget: memory, perFrame: frameBytes(capture.format) };
  const frames = pipeline({ ...range, window, bytes }, pool, encoder).pipe(
    tap(countOutstanding),
    takeUntil(from(encoder.failed).pipe(map(raise))),
  );
  const finish = defer(() => encoder.close()).pipe(
    map((video): RenderEvent => {
      const elapsedSeconds = (performance.now() - start) / 1000;
      return { type: 'finished', result: { ...video, output, elapsedSeconds, peakOutstanding, window } };
    }),
  );
  const progress = encoder.progress.pipe(map((report): RenderEvent => ({ type: 'encoded', ...report })));
  return merge(
    of({ type: 'planned', plan: summary } as const),
    pool.events,
    progress,
    concat(frames, finish),
  );
}

/** Errors with `CANCELLED` when the signal is aborted. */
function cancelled(signal: AbortSignal | undefined): Observable<never> {
  return new Observable((subscriber) => {
    const cancel = () => {
      const error = new FilmgateError('CANCELLED', 'the render was cancelled', { cause: signal?.reason });
      subscriber.error(error);
    };
    if (signal?.aborted) return cancel();
    signal?.addEventListener('abort', cancel);
    return () => signal?.removeEventListener('abort', cancel);
  });
}

function raise(error: FilmgateError): never {
  throw error;
}
