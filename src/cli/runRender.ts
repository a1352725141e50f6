import { type CaptureSource, FilmgateError, type RenderResult, renderVideo } from '../index';
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from './exitCodes';
import { type RenderFlags, renderOptions } from './options';
import { openDisplay } from './progress/open';
import { onSignals } from './signals';

/** What the command came to: an exit code, and the video if there is one. */
export interface Outcome {
  readonly code: number;
  readonly result?: RenderResult;
}

/**
 * Renders with a display and under signals: the first Ctrl-C cancels, the second ends it all at once.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to tell of it.
 */
export async function runRender(flags: RenderFlags, source: () => CaptureSource): Promise<Outcome> {
  const display = openDisplay(flags);
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
    const options = { ...renderOptions(flags), source: source(), signal: stop.signal };
    const result = await renderVideo({ ...options, onProgress: (snapshot) => display.update(snapshot) });
    display.finished(result);
    return { code: EXIT_CODES.done, result };
  } catch (error) {
    display.failed(error);
    return { code: exitCodeOf(error, cancelledBy) };
  } finally {
    release();
    await display.close();
  }
}
