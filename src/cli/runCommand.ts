import { FilmgateError, type RenderEvent } from '../index';
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from './exitCodes';
import { isNotice } from './notices';
import { PageMessages } from './pageMessages';
import type { Display } from './progress/display';
import { type DisplayFlags, openDisplay } from './progress/openDisplay';
import { onSignals } from './signals';

/** What the command came to: an exit code, and its result if there is one. */
export interface Outcome<T> {
  readonly code: number;
  readonly result?: T;
}

/** What a command's work is given. */
export interface CommandContext {
  readonly display: Display;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
  /** Takes in what happens, and shows what pages say. */
  onEvent(event: RenderEvent): void;
}

/**
 * Does a command's work with a display and under signals: the first Ctrl-C cancels, the second ends it all at once.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to tell of it.
 */
export async function runCommand<T>(
  flags: DisplayFlags,
  work: (attendance: CommandContext) => Promise<T>,
  finished: (display: Display, result: T) => void,
): Promise<Outcome<T>> {
  const display = openDisplay(flags);
  const messages = new PageMessages((message) => display.pageMessage(message));
  const onEvent = (event: RenderEvent) => {
    messages.onEvent(event);
    if (isNotice(event)) display.notice(event);
  };
  const stop = new AbortController();
  let cancelledBy: NodeJS.Signals | undefined;
  const release = onSignals({
    first(signal) {
      cancelledBy = signal;
      display.status(signal === 'SIGINT' ? 'Cancelling… Ctrl-C again ends it at once.' : 'Cancelling…');
      stop.abort(signal);
    },
    second(signal) {
      display.failed(new FilmgateError('CANCELLED', `the render was ended at once by a second ${signal}`));
      process.exit(exitCodeOfSignal(signal)); // The library kills FFmpeg and removes what it wrote.
    },
  });
  try {
    const result = await work({ display, signal: stop.signal, onEvent });
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
