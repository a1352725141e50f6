import { from, map, merge, mergeMap, NEVER, Observable, of, Subject, takeUntil, takeWhile, tap } from 'rxjs';
import { WorkerPool } from './capture/pool';
import type { CaptureSession } from './capture/source';
import { watchDetail } from './detail';
import { FilmgateError } from './errors';
import type { RenderEvent } from './frames/events';
import { frameBytes } from './frames/format';
import type { Capture } from './pipeline';
import { planRender } from './plan/planRender';
import type { RenderOptions } from './plan/renderOptions';
import { describePlan, type RenderPlan } from './plan/renderPlan';
import { FrameBudget } from './schedule/frameBudget';
import { type Cleanup, withCleanup } from './schedule/withCleanup';
import { SegmentedVideo } from './segments/segmentedVideo';
import { WholeVideo } from './wholeVideo';

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
  { source, signal, onClosed, events }: Pick<RenderOptions, 'source' | 'signal' | 'onClosed' | 'events'>,
  plan: (session: CaptureSession, signal: AbortSignal) => Promise<RenderPlan>,
): Observable<RenderEvent> {
  return withCleanup((onCleanup) => {
    const start = performance.now();
    const session = source.open();
    const stop = new AbortController();
    const planning = plan(session, stop.signal);
    onCleanup(async () => {
      stop.abort();
      await session.close();
      await planning.catch(() => {}); // Its failure has been reported, or the render was cancelled before.
    });
    const rendering = from(planning).pipe(
      mergeMap((made) => runPlan(made, session, onCleanup, start, events === 'all')),
    );
    return merge(rendering, session.events ?? NEVER).pipe(
      takeWhile(({ type }) => type !== 'finished', true),
      takeUntil(cancelled(signal)),
    );
  }, onClosed);
}

function runPlan(
  plan: RenderPlan,
  session: CaptureSession,
  onCleanup: (cleanup: Cleanup) => void,
  start: number,
  hasDetail: boolean,
): Observable<RenderEvent> {
  const { capture, pool: poolPlan, segments, warnings, soundWarning } = plan;
  const video = segments ? new SegmentedVideo(plan, segments, session) : new WholeVideo(plan);
  onCleanup(() => video.close());

  const byteLimit = { total: poolPlan.memory, perFrame: frameBytes(capture.format) };
  const budget = new FrameBudget(capture.window, byteLimit);
  const pool = new WorkerPool({
    names: video.framesToCapture > 0 ? poolPlan.workers : [],
    open: session.prepare(capture),
    format: capture.format,
    maxTries: poolPlan.maxTries,
    frameTimeout: poolPlan.frameTimeout,
    detail: hasDetail,
  });
  onCleanup(() => pool.close());

  const planned = describePlan(plan);
  const lost = warnOfSound(pool, soundWarning);
  const detail = hasDetail ? watchDetail(plan, lost.capture, onCleanup) : undefined;
  const events = video.render({ budget, pool: detail?.capture ?? lost.capture }).pipe(
    map((event): RenderEvent => {
      if (event.type !== 'published') return event;
      const elapsedSeconds = (performance.now() - start) / 1000;
      const { window, resumedFrames } = planned;
      const counts = { peakOutstanding: budget.peak, window, retries: pool.retries, resumedFrames };
      return { type: 'finished', result: { ...event.video, elapsedSeconds, ...counts } };
    }),
  );
  return merge(
    of<RenderEvent>({ type: 'planned', plan: planned }),
    from(warnings).pipe(map((message): RenderEvent => ({ type: 'warning', message }))),
    lost.warning,
    pool.events,
    ...(detail ? [detail.events] : []),
    events,
  );
}

/** Warns as soon as a frame tells of a sound: until then nobody knows that there is any. */
function warnOfSound(pool: WorkerPool, message: string | undefined) {
  const warning = new Subject<RenderEvent>();
  if (message === undefined) return { capture: pool, warning };
  const capture: Capture = {
    capture: (index, slot) =>
      pool.capture(index, slot).pipe(
        tap(({ sound = [] }) => {
          if (sound.length === 0) return;
          warning.next({ type: 'warning', message });
          warning.complete();
        }),
      ),
  };
  return { capture, warning };
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
