import { from, map, type Observable, takeUntil } from 'rxjs';
import type { EncodeResult } from './encode/frameWriter';
import type { FilmgateError } from './errors';
import type { RenderEvent } from './frames/events';
import type { FrameRange } from './frames/range';
import { type Capture, pipeline, type Writer } from './pipeline';
import type { FrameBudget } from './schedule/frameBudget';

/** What renders frames: the same for all that is encoded in one render. */
export interface RenderContext {
  readonly budget: FrameBudget;
  readonly pool: Capture;
}

/** What happens while a video is made. `published` is the last: the video is in its place. */
export type VideoEvent = RenderEvent | { readonly type: 'published'; readonly video: EncodeResult };

/** A video in the making, written in one go or in segments. Making one takes the output, or throws. */
export interface Video {
  /** How many of its frames are still to be captured. */
  readonly framesToCapture: number;
  render(context: RenderContext): Observable<VideoEvent>;
  /** Ends what is going on; settles when nothing is left of it but a finished video, or what can be resumed. */
  close(): Promise<void>;
}

/** Captures a range of frames and writes them. Errors as soon as the writer fails. */
export function renderFrames(
  { budget, pool }: RenderContext,
  range: FrameRange,
  writer: Writer,
): Observable<RenderEvent> {
  return pipeline(range, budget, pool, writer).pipe(takeUntil(from(writer.failed).pipe(map(raise))));
}

function raise(error: FilmgateError): never {
  throw error;
}
