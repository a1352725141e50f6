import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { from, type Observable } from 'rxjs';
import { integerInRange } from '../frames/check';
import type { RenderEvent } from '../frames/events';
import { type TimedEvent, timeline } from '../progress/timeline';
import { readEvents } from './readEvents';
import { DashboardServer } from './server';
import { reduce } from './state/reduce';
import { type DashboardState, emptyState, isOver } from './state/state';
import { Viewers } from './viewers';

/** How a dashboard is opened. */
export interface DashboardOptions {
  /** Port on 127.0.0.1. Default 0: any that is free. */
  readonly port?: number;
  /** Called when somebody cancels on the page, and has said yes to the question. Without it, nobody can. */
  readonly onCancel?: () => void;
  /** Whether it stays when the stream has ended, until it is closed. Default false. */
  readonly keepOpen?: boolean;
}

/** A page that shows a render. */
export interface Dashboard {
  /** Its address, with the token that it asks for: whoever has it may look and cancel. */
  readonly url: string;
  /** Settles when it is closed. */
  readonly closed: Promise<void>;
  /** Closes it. Idempotent. The render goes on. */
  close(): Promise<void>;
}

/**
 * Opens a page that shows a render while it runs: of `render`, or of a stream of such events of your own. It
 * subscribes once, at once; share a stream that others need too. Thumbnails and the times within a capture are there
 * when the render has `events: 'all'`.
 *
 *     const events = render({ source, output, events: 'all' }).pipe(share());
 *     const { url } = await openDashboard(events);
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export async function openDashboard(
  events: Observable<RenderEvent>,
  options: DashboardOptions = {},
): Promise<Dashboard> {
  return open(events.pipe(timeline()), emptyState(), options);
}

/**
 * Opens the same page for events that were saved by `--progress-events all`.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export async function openSavedEvents(
  path: string,
  options: Pick<DashboardOptions, 'port'> = {},
): Promise<Dashboard> {
  return open(from([]), await readEvents(path), { ...options, keepOpen: true });
}

async function open(
  events: Observable<TimedEvent>,
  state: DashboardState,
  { port = 0, onCancel, keepOpen = false }: DashboardOptions,
): Promise<Dashboard> {
  integerInRange('dashboard', port, 0, 65535);
  const isRunning = () => !isOver(state);
  const viewers: Viewers = new Viewers(() => ({
    state,
    canCancel: onCancel !== undefined && isRunning(),
    video: `/video?key=${server.videoKey}`,
  }));
  const server = new DashboardServer({
    watch: (response) => viewers.add(response),
    cancel: onCancel && (() => isRunning() && onCancel()),
    video: () => videoOf(state),
  });
  const subscribed = events.subscribe({
    next(timed) {
      reduce(state, timed.event, timed.at);
      viewers.tell(timed);
    },
    complete: () => keepOpen || void close().catch(() => {}), // Where it cannot listen, whoever opens it is told.
  });
  let closing: Promise<void> | undefined;
  let settle = () => {};
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const listening = server.listen(port);
  function close(): Promise<void> {
    closing ??= listening.then(async () => {
      subscribed.unsubscribe();
      viewers.close();
      await server.close();
      settle();
    });
    return closing;
  }
  try {
    await listening;
  } catch (error) {
    subscribed.unsubscribe();
    throw error;
  }
  return { url: server.url, closed, close };
}

function videoOf({ result }: DashboardState): string | undefined {
  const path = result && resolve(result.output);
  return path && existsSync(path) ? path : undefined;
}
