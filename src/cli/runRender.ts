import {
  type CaptureSource,
  type RenderOptions,
  type RenderResult,
  renderStatus,
  renderVideo,
} from '../index';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { type Flags, readFlags } from './flags';
import { type Outcome, runCommand } from './runCommand';
import { withViews } from './views';

/**
 * Renders, and shows its progress.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to show it on.
 */
export function runRender(flags: Flags, source: () => CaptureSource): Promise<Outcome<RenderResult>> {
  const output = flags.output as string;
  return runCommand(
    flags,
    (context) =>
      withViews(
        flags,
        context,
        ({ display, isViewed, signal, onEvent }) =>
          renderVideo({
            ...readFlags<RenderOptions>(RENDER_OPTIONS, flags),
            output,
            source: source(),
            events: isViewed || flags.progressEvents === 'all' ? 'all' : 'usual',
            signal,
            onEvent,
            onProgress: (snapshot) => display.update(snapshot),
          }),
        () => {
          const kept = keptText(output);
          if (kept) context.display.log(kept);
        },
      ),
    (display, result) => display.finished(result),
  );
}

/** What a later render can continue with; undefined if there is nothing. */
function keptText(output: string): string | undefined {
  try {
    const { pid, unfinished } = renderStatus(output);
    if (pid !== undefined || !unfinished) return undefined;
    const { segments, verified } = unfinished;
    return `${verified.length} of ${segments.length} segments are verified and kept: --resume continues the render`;
  } catch {
    return undefined; // A damaged manifest has been reported.
  }
}
