import { connect, filter, ignoreElements, lastValueFrom, merge, type Observable, tap } from 'rxjs';
import type { RenderEvent, RenderResult } from './frames/events';
import type { RenderOptions } from './plan/renderOptions';
import type { Snapshot } from './progress/snapshot';
import { snapshots } from './progress/snapshots';
import { render } from './render';

/** How {@link renderVideo} tells of its progress. */
export interface RenderVideoOptions extends RenderOptions {
  /** Called with a snapshot four times a second, and once at the end. */
  readonly onProgress?: (snapshot: Snapshot) => void;
  /** Called with every event, as {@link render} emits it: what a page says (`pageMessage`) is among them. */
  readonly onEvent?: (event: RenderEvent) => void;
}

/**
 * {@link render} for those without RxJS: resolves with the result, rejects with the error, both when everything is
 * closed. Cancel it with `signal`.
 */
export async function renderVideo(options: RenderVideoOptions): Promise<RenderResult> {
  const { onProgress, onEvent } = options;
  const watch = connect((events: Observable<RenderEvent>) =>
    merge(
      events.pipe(tap((event) => onEvent?.(event))),
      events.pipe(
        snapshots(),
        tap((snapshot) => onProgress?.(snapshot)),
        ignoreElements(),
      ),
    ),
  );
  return resultOf((onClosed) => render({ ...options, onClosed }).pipe(watch), options.onClosed);
}

/** The result of a render, as a promise that settles when everything is closed. @internal */
export async function resultOf(
  start: (onClosed: () => void) => Observable<RenderEvent>,
  alsoClosed?: () => void,
): Promise<RenderResult> {
  let closed = () => {};
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const events = start(() => {
    closed();
    alsoClosed?.();
  });
  try {
    return (await lastValueFrom(events.pipe(filter((event) => event.type === 'finished')))).result;
  } finally {
    await whenClosed; // Also where a callback threw, which is a cancellation to the render.
  }
}
