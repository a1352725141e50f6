import { types } from 'node:util';
import { catchError, defer, first, from, map, type ObservableInput, tap, throwError } from 'rxjs';
import { invalidOption } from '../errors';
import { CaptureStopwatch } from '../frames/captureTimes';
import { integerInRange } from '../frames/check';
import { checkSize, type FrameFormat } from '../frames/format';
import { type FrameRateInput, formatFrameRate, framesIn, frameTime, parseFrameRate } from '../frames/rate';
import { captureFailed } from './captureFailure';
import type { CaptureSource, CaptureWorker, SourceDescription, SourceOverrides } from './source';

/** What a capture function is told of the frame that it captures. */
export interface InlineFrame {
  /** Place in the video, counted from 0. */
  readonly index: number;
  /** When the frame is shown, in seconds from the start. */
  readonly time: number;
  /** Which of the render's workers captures it, such as `worker 1`. */
  readonly worker: string;
}

/** A source that is a function of yours, called in this process. */
export interface InlineOptions {
  /** Layout and size of what `capture` delivers. */
  readonly format: FrameFormat;
  /** Exact frame rate, such as `30` or `'30000/1001'`. */
  readonly fps: FrameRateInput;
  /** How many frames there are, at least 1. */
  readonly frames: number;
  /** Whether the alpha channel means anything. Without it, it does where the format has one. */
  readonly alpha?: boolean;
  /**
   * Says what the frames show: a render that was interrupted can be resumed by one of the same identity. Without it,
   * none can: nobody can tell whether two functions make the same frames.
   */
  readonly identity?: string;
  /**
   * Captures one frame: returns its bytes, a promise of them, or an observable that emits them. The bytes must
   * not change until the frame has been written. Called for as many frames at once as the render has workers, and
   * again for a frame that has failed.
   */
  capture(frame: InlineFrame): Uint8Array | ObservableInput<Uint8Array>;
}

/**
 * Captures by calling a function in this process: for frames that are made elsewhere (a browser, a child process,
 * a network) and only awaited here. For painting that keeps a core busy, use {@link threads}.
 *
 * @throws FilmgateError `INVALID_OPTION` at once. A function that throws fails the render with `CAPTURE_FAILED`.
 */
export function inline(options: InlineOptions): CaptureSource {
  const { format, alpha, identity } = options;
  checkSize(format, 'format');
  const fps = parseFrameRate(options.fps);
  const frames = integerInRange('frames', options.frames, 1);
  const openWorker = (worker: string): CaptureWorker => ({
    ready: Promise.resolve(),
    capture: ({ index, times }) =>
      defer(() => {
        const stopwatch = new CaptureStopwatch(times);
        const captured = options.capture({ index, time: frameTime(index, fps), worker });
        const bytes = from(types.isUint8Array(captured) ? [captured] : captured);
        return bytes.pipe(
          first(),
          tap(() => stopwatch.lap('picture')),
        );
      }).pipe(
        map((data) => ({ index, data: checkBytes(data) })),
        catchError((thrown) => throwError(() => captureFailed(index, thrown))),
      ),
    close: async () => {},
  });
  const description = { format, fps, frames, ...(alpha === undefined ? {} : { sourceAlpha: alpha }) };
  return {
    open: () => ({
      async describe(wanted) {
        checkHonoured(wanted, description);
        return description;
      },
      prepare: () => openWorker,
      ...(identity === undefined ? {} : { identity: () => ({ settings: { identity }, files: [] }) }),
      close: async () => {},
    }),
  };
}

function checkBytes(captured: unknown): Uint8Array {
  if (types.isUint8Array(captured)) return captured;
  throw new TypeError('capture should give a Uint8Array, or a promise of one');
}

/** The function's frames are what they are: who wants others must be told. */
function checkHonoured(wanted: SourceOverrides, { format, fps, frames }: SourceDescription): void {
  const { width = format.width, height = format.height } = wanted;
  if (width !== format.width || height !== format.height) {
    throw invalidOption(
      'size',
      `${width}x${height}`,
      `the source delivers ${format.width}x${format.height} and no other`,
    );
  }
  const rate = formatFrameRate(fps);
  if (wanted.fps && formatFrameRate(wanted.fps) !== rate) {
    throw invalidOption('fps', formatFrameRate(wanted.fps), `the source delivers ${rate} and no other`);
  }
  if (wanted.duration !== undefined && framesIn(wanted.duration, fps) !== frames) {
    throw invalidOption(
      'duration',
      wanted.duration,
      `the source has ${frames} frames at ${rate}: choose with frames`,
    );
  }
}
