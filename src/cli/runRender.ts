import { type CaptureSource, type RenderResult, renderStatus, renderVideo } from '../index';
import { type RenderFlags, renderOptions } from './options';
import { type Outcome, runCommand } from './runCommand';

/**
 * Renders, and shows how far it is.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to tell of it.
 */
export function runRender(flags: RenderFlags, source: () => CaptureSource): Promise<Outcome<RenderResult>> {
  return runCommand(
    flags,
    async ({ display, signal, onEvent }) =>
      renderVideo({
        ...renderOptions(flags),
        source: source(),
        signal,
        onEvent(event) {
          if (event.type === 'planned') display.planned(event.plan);
          onEvent(event);
        },
        onProgress: (snapshot) => display.update(snapshot),
      }).catch((error) => {
        const kept = keptWords(flags.output);
        if (kept) display.log(kept);
        throw error;
      }),
    (display, result) => display.finished(result),
  );
}

/** What a later render can go on with; undefined when there is nothing. */
function keptWords(output: string): string | undefined {
  try {
    const { pid, unfinished } = renderStatus(output);
    if (pid !== undefined || !unfinished) return undefined;
    const { segments, verified } = unfinished;
    return `${verified.length} of ${segments.length} segments are verified and kept: --resume goes on with them`;
  } catch {
    return undefined; // A damaged manifest has been told of.
  }
}
