import { type CaptureSource, type RenderResult, renderVideo } from '../index';
import { attended, type Outcome } from './attended';
import { type RenderFlags, renderOptions } from './options';

/**
 * Renders, and shows how far it is.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to tell of it.
 */
export function runRender(flags: RenderFlags, source: () => CaptureSource): Promise<Outcome<RenderResult>> {
  return attended(
    flags,
    async ({ display, signal, hear }) =>
      renderVideo({
        ...renderOptions(flags),
        source: source(),
        signal,
        onEvent(event) {
          if (event.type === 'planned') display.planned(event.plan);
          hear(event);
        },
        onProgress: (snapshot) => display.update(snapshot),
      }),
    (display, result) => display.finished(result),
  );
}
