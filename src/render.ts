import {
  concat,
  defer,
  from,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  startWith,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { WorkerPool } from './capture/pool';
import type { CaptureSession } from './capture/source';
import { Encoder } from './encode/encoder';
import type { EncodeResult } from './encode/frameWriter';
import type { EncodeJob } from './encode/planEncoder';
import { FilmgateError } from './errors';
import type { RenderEvent } from './frames/events';
import { frameBytes } from './frames/format';
import type { FrameRange } from './frames/range';
import { pipeline } from './pipeline';
import { mostLanes, planRender, type RenderOptions, type RenderPlan } from './plan/planRender';
import { autoLanes } from './progress/autoLanes';
import { Tally } from './progress/tally';
import { FrameBudget } from './schedule/frameBudget';
import { type Cleanup, withCleanup } from './schedule/withCleanup';
import { renderSegments, type SegmentedRenderOptions } from './segments/renderSegments';

/**
 * Renders a video. Cold: subscribing starts it, unsubscribing cancels it. The last event carries the result; complete
 * and error come when all workers and FFmpeg are gone, and then the output is the whole video or what it was before.
 *
 *     render({ source: threads('scene.js'), output: 'out.mp4' }).subscribe(console.log);
 *
 * Errors: every {@link FilmgateError}, by its `code`.
 */
export function render(options: RenderOptions): Observable<RenderEvent> {
  return renderPlanned(options, (session, signal) => planRender(options, session, signal));
}

/** {@link render}, by a plan of the caller's own. @internal */
export function renderPlanned(
  { source, signal, onClosed }: Pick<RenderOptions, 'source' | 'signal' | 'onClosed'>,
  plan: (session: CaptureSession, signal: AbortSignal) => Promise<RenderPlan>,
): Observable<RenderEvent> {
  return withCleanup((onClose) => {
    const start = performance.now();
    const session = source.open();
    const stop = new AbortController();
    const planning = plan(session, stop.signal);
    onClose(async () => {
      stop.abort();
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

function filmPlan(
  plan: RenderPlan,
  session: CaptureSession,
  onClose: (close: Cleanup) => void,
  start: number,
): Observable<RenderEvent> {
  const { capture, encode, join, summary, maxTries, frameTimeout } = plan;
  const { range, window, memory, workers, output, resumedFrames } = summary;
  const tally = new Tally();
  const happened = new Subject<RenderEvent>();
  const planned: RenderEvent = { type: 'planned', plan: summary };
  const finished = (video: EncodeResult): RenderEvent => {
    const elapsedSeconds = (performance.now() - start) / 1000;
    const { peakOutstanding, retries } = tally;
    const counts = { peakOutstanding, window, retries, resumedFrames };
    return { type: 'finished', result: { ...video, output, elapsedSeconds, ...counts } };
  };

  const budget = new FrameBudget(window, { total: memory, perFrame: frameBytes(capture.format) });
  let pool: WorkerPool;
  const write = (part: FrameRange, encoder: Encoder) =>
    pipeline(part, budget, pool, encoder).pipe(takeUntil(from(encoder.failed).pipe(map(raise))));
  const lanes =
    summary.lanes === 'auto'
      ? autoLanes(happened.pipe(startWith(planned)), mostLanes('auto'))
      : of(summary.lanes);
  const identify = () => session.identity?.();
  const film = join
    ? renderSegments({ ...join, range, identify, lanes, write, onClose, finished })
    : wholeFilm({ encode, range, write, onClose, finished });
  pool = new WorkerPool({
    names: join?.plan.todo.length === 0 ? [] : workers,
    open: session.prepare(capture),
    format: capture.format,
    maxTries,
    frameTimeout,
  });
  onClose(() => pool.close());
  return merge(of(planned), pool.events, film).pipe(
    tap((event) => {
      tally.add(event);
      happened.next(event);
    }),
  );
}

/** A video that is written in one go. */
function wholeFilm({
  encode,
  range,
  write,
  onClose,
  finished,
}: Pick<SegmentedRenderOptions, 'range' | 'write' | 'onClose' | 'finished'> & { encode: EncodeJob }) {
  const encoder = new Encoder(encode);
  onClose(() => encoder.destroy());
  const progress = encoder.progress.pipe(map((report): RenderEvent => ({ type: 'encoded', ...report })));
  const finish = defer(() => encoder.close()).pipe(map(finished));
  return merge(
    progress,
    concat(
      defer(() => write(range, encoder)),
      finish,
    ),
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
