import { Subject } from 'rxjs';
import { messageOf } from '../errors';
import type { RenderEvent } from '../index';
import { DISPLAY_OPTIONS, type DisplayOptions } from '../options/displayOptions';
import { type Flags, readFlags } from './flags';

/** What looks at a render from outside the terminal: a trace. */
export interface Views {
  /** Whether there is any: then they want all events. */
  readonly any: boolean;
  event(event: RenderEvent): void;
  /** Tells that the render has ended, and settles when what they write is there. Reports what could not be written. */
  end(failure?: unknown): Promise<void>;
}

/**
 * Opens the views that the flags ask for.
 *
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE`
 */
export function openViews(flags: Flags, report: (problem: string) => void): Views {
  const { trace } = readFlags<DisplayOptions>(DISPLAY_OPTIONS, flags);
  const events = new Subject<RenderEvent>();
  const written: Promise<void>[] = [];
  if (trace !== undefined) {
    const { writeTrace } = require('../dashboard/index') as typeof import('../dashboard/index');
    written.push(writeTrace(events, trace));
  }
  const settled = Promise.allSettled(written); // Now, so that a rejection is never unhandled.
  return {
    any: written.length > 0,
    event: (event) => events.next(event),
    async end(failure) {
      if (failure === undefined) events.complete();
      else events.error(failure);
      for (const outcome of await settled)
        if (outcome.status === 'rejected') report(messageOf(outcome.reason));
    },
  };
}
