import { once } from 'node:events';
import { Subject } from 'rxjs';
import type { Dashboard } from '../dashboard/index';
import { invalidOption, messageOf } from '../errors';
import type { RenderEvent } from '../index';
import { DISPLAY_OPTIONS, type DisplayOptions } from '../options/displayOptions';
import { commandLine } from './commandLine';
import { type Flags, readFlags } from './flags';
import type { Display } from './progress/display';
import type { CommandContext } from './runCommand';

/** What looks at a render from outside the terminal: a page, a report, a trace. */
interface Views {
  /** Whether there is any: then they want all events. */
  readonly any: boolean;
  event(event: RenderEvent): void;
  /** Tells that the render has ended, and settles when what they write is there. */
  end(failure?: unknown): Promise<void>;
  /** Closes the page. One that is open stays until then, or until the signal is aborted. */
  close(signal: AbortSignal): Promise<void>;
}

/** What a render under views is given: its events go through `onEvent`, and the signal is aborted from the page as well. */
export interface ViewedContext extends Pick<CommandContext, 'display' | 'signal' | 'onEvent'> {
  /** Whether somebody looks, and wants all events. */
  readonly isViewed: boolean;
}

/**
 * Renders, and has the views that the flags ask for told of it and of its end; `failed` is called after they were told so.
 *
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE`, and what the render throws
 */
export async function withViews<T>(
  flags: Flags,
  { display, signal, onEvent, afterwards }: CommandContext,
  render: (context: ViewedContext) => Promise<T>,
  failed = () => {},
): Promise<T> {
  const stop = new AbortController();
  const views = await openViews(flags, display, () => stop.abort('cancelled on the dashboard'));
  afterwards((signal) => views.close(signal));
  const tell = (event: RenderEvent) => {
    if (event.type === 'planned') display.planned(event.plan);
    onEvent(event);
    views.event(event);
  };
  tell({ type: 'command', command: commandLine(process.argv.slice(2)) });
  try {
    const result = await render({
      display,
      isViewed: views.any,
      signal: AbortSignal.any([signal, stop.signal]),
      onEvent: tell,
    });
    await views.end();
    return result;
  } catch (error) {
    await views.end(error);
    failed();
    throw error;
  }
}

async function openViews(flags: Flags, display: Display, cancel: () => void): Promise<Views> {
  const { trace, report, dashboard } = readFlags<DisplayOptions>(DISPLAY_OPTIONS, flags);
  const wanted = { trace, report, dashboard };
  if (Object.values(wanted).every((one) => one === undefined)) return NONE;
  const views = require('../dashboard/index') as typeof import('../dashboard/index');
  const events = new Subject<RenderEvent>();
  const written: Promise<void>[] = [];
  let page: Dashboard | undefined;
  if (report !== undefined) written.push(views.writeReport(events, report));
  if (trace !== undefined) written.push(views.writeTrace(events, trace));
  const settled = Promise.allSettled(written); // Now, so that a rejection is never unhandled.
  if (dashboard !== undefined) {
    page = await views.openDashboard(events, { port: portOf(dashboard), onCancel: cancel, keepOpen: true });
    if (display.dashboard) display.dashboard(page.url);
    else display.log(`Dashboard: ${page.url}`);
  }
  return {
    any: true,
    event: (event) => events.next(event),
    async end(failure) {
      if (failure === undefined) events.complete();
      else events.error(failure);
      for (const outcome of await settled)
        if (outcome.status === 'rejected')
          display.notice({ type: 'warning', message: messageOf(outcome.reason) });
    },
    async close(signal) {
      if (!page) return;
      display.log('The dashboard stays open; press Ctrl-C to close it.');
      if (!signal.aborted) await once(signal, 'abort');
      await page.close();
    },
  };
}

const NONE: Views = { any: false, event() {}, async end() {}, async close() {} };

/** @throws FilmgateError `INVALID_OPTION` */
export function portOf(given: boolean | string | undefined, option = 'dashboard'): number {
  const port = typeof given === 'string' ? Number(given) : 0;
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw invalidOption(option, given, `give a port from 0 to 65535, such as --${option}=8080`);
}
