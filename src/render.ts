import {
  defer,
  from,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { WorkerPool } from './capture/pool';
import type { CaptureSession } from './capture/source';
import { watchDetail } from './detail';
import { type Failed, type OpenSession, withFallback } from './fallback';
import type { RenderEvent } from './frames/events';
import { frameBytes } from './frames/format';
import type { Capture } from './pipeline';
import { planRender } from './plan/planRender';
import type { RenderOptions } from './plan/renderOptions';
import { describePlan, type RenderPlan } from './plan/renderPlan';
import { cancelled } from './schedule/aborted';
import { FrameBudget } from './schedule/frameBudget';
import { type Cleanup, withCleanup } from './schedule/withCleanup';
import { SegmentedVideo } from './segments/segmentedVideo';
import { renderStatus } from './segments/status';
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
  return renderPlanned(options, async (session, signal, failed) =>
    planRender(failed ? afterFailure(options, failed) : options, session, signal),
  );
}

function afterFailure(options: RenderOptions, { keepsSegments }: Failed): RenderOptions {
  const resume = keepsSegments && renderStatus(options.output).unfinished !== undefined;
  return { ...options, resume, restart: !resume };
}

/** Plans a render; `failed` is the attempt of which it is the fallback. */
type Plan = (session: CaptureSession, signal: AbortSignal, failed?: Failed) => Promise<RenderPlan>;

/** {@link render}, by a plan of the caller's own. @internal */
export function renderPlanned(
  { source, signal, onClosed, events }: Pick<RenderOptions, 'source' | 'signal' | 'onClosed' | 'events'>,
  plan: Plan,
): Observable<RenderEvent> {
  return defer(() => {
    const start = performance.now();
    let reason: string | undefined;
    return withFallback(source, onClosed, (from, closed, failed) =>
      renderOnce(
        { source: from, signal, onClosed: closed, events },
        (session, stop) => plan(session, stop, failed),
        start,
      ),
    ).pipe(
      map((event): RenderEvent => {
        if (event.type === 'captureFallback') reason = event.message;
        if (event.type !== 'finished' || reason === undefined) return event;
        return { ...event, result: { ...event.result, captureFallback: reason } };
      }),
    );
  });
}

interface Attempt {
  readonly source: OpenSession;
  readonly signal: AbortSignal | undefined;
  readonly onClosed: ((error?: unknown) => void) | undefined;
  readonly events: RenderOptions['events'];
}

function renderOnce(
  { source, signal, onClosed, events }: Attempt,
  plan: Plan,
  start: number,
): Observable<RenderEvent> {
  return withCleanup((onCleanup) => {
    const session = source();
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
    frames: video.framesToCapture,
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
