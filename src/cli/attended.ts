import { FilmgateError, type RenderEvent } from '../index';
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from './exitCodes';
import { isIncident } from './incidents';
import { PageMessages } from './pageMessages';
import type { Display } from './progress/display';
import { type DisplayFlags, openDisplay } from './progress/open';
import { onSignals } from './signals';

/** What the command came to: an exit code, and its result if there is one. */
export interface Outcome<T> {
  readonly code: number;
  readonly result?: T;
}

/** What a command's work is given. */
export interface Attendance {
  readonly display: Display;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
  /** Takes in what happens, and shows what pages say. */
  hear(event: RenderEvent): void;
}

/**
 * Does a command's work with a display and under signals: the first Ctrl-C cancels, the second ends it all at once.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to tell of it.
 */
export async function attended<T>(
  flags: DisplayFlags,
  work: (attendance: Attendance) => Promise<T>,
  finished: (display: Display, result: T) => void,
): Promise<Outcome<T>> {
  const display = openDisplay(flags);
  const messages = new PageMessages((message) => display.said(message));
  const hear = (event: RenderEvent) => {
    messages.hear(event);
    if (isIncident(event)) display.happened(event);
  };
  const stop = new AbortController();
  let cancelledBy: NodeJS.Signals | undefined;
  const release = onSignals({
    first(signal) {
      cancelledBy = signal;
      display.notice(signal === 'SIGINT' ? 'Cancelling… Ctrl-C again ends it at once.' : 'Cancelling…');
      stop.abort(signal);
    },
    second(signal) {
      display.failed(new FilmgateError('CANCELLED', `the render was ended at once by a second ${signal}`));
      process.exit(exitCodeOfSignal(signal)); // The library kills FFmpeg and removes what it wrote.
    },
  });
  try {
    const result = await work({ display, signal: stop.signal, hear });
    messages.sumUp();
    finished(display, result);
    return { code: EXIT_CODES.done, result };
  } catch (error) {
    messages.sumUp();
    display.failed(error);
    return { code: exitCodeOf(error, cancelledBy) };
  } finally {
    release();
    await display.close();
  }
}
