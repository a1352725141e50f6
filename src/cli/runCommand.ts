import { FilmgateError } from '../errors';
import type { RenderEvent } from '../index';
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from './exitCodes';
import type { Flags } from './flags';
import { isNotice } from './notices';
import { PageMessages } from './pageMessages';
import type { Display } from './progress/display';
import { openDisplay } from './progress/openDisplay';
import { onSignals } from './signals';

/** How a command ended: its exit code, and its result if it succeeded. */
export interface Outcome<T> {
  readonly code: number;
  readonly result?: T;
}

/** What a command's work is given. */
export interface CommandContext {
  readonly display: Display;
  /** Aborted when the command is cancelled. */
  readonly signal: AbortSignal;
  /** Has this done when the end has been shown; the command ends after it. */
  afterwards(work: (signal: AbortSignal) => Promise<void>): void;
  /** Shows page messages and notices. */
  onEvent(event: RenderEvent): void;
}

/**
 * Runs a command's work with a display and signal handling: the first Ctrl-C cancels, the second ends the process.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to show it on.
 */
export async function runCommand<T>(
  flags: Flags,
  work: (context: CommandContext) => Promise<T>,
  finished: (display: Display, result: T) => void,
): Promise<Outcome<T>> {
  const display = openDisplay(flags);
  const messages = new PageMessages((message) => display.pageMessage(message));
  const onEvent = (event: RenderEvent) => {
    display.event?.(event);
    messages.onEvent(event);
    if (isNotice(event)) display.notice(event);
  };
  const stop = new AbortController();
  let cancelledBy: NodeJS.Signals | undefined;
  let isOver = false;
  let last: (signal: AbortSignal) => Promise<void> = async () => {};
  const release = onSignals({
    first(signal) {
      cancelledBy = signal;
      if (isOver) return stop.abort(signal);
      display.status(
        signal === 'SIGINT' ? 'Cancelling… Press Ctrl-C again to stop immediately.' : 'Cancelling…',
      );
      stop.abort(signal);
    },
    second(signal) {
      if (!isOver)
        display.failed(new FilmgateError('CANCELLED', `stopped immediately by a second ${signal}`));
      process.exit(exitCodeOfSignal(signal)); // The library kills FFmpeg and removes what it wrote.
    },
  });
  const afterwards = (work: typeof last) => {
    last = work;
  };
  const end = async (outcome: Outcome<T>) => {
    isOver = true;
    await last(stop.signal);
    return outcome;
  };
  try {
    const result = await work({ display, signal: stop.signal, onEvent, afterwards });
    messages.sumUp();
    finished(display, result);
    return await end({ code: EXIT_CODES.done, result });
  } catch (error) {
    messages.sumUp();
    display.failed(error);
    return await end({ code: exitCodeOf(error, cancelledBy) });
  } finally {
    release();
    await display.close();
  }
}
