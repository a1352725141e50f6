import { tap } from 'rxjs';
import { type CaptureSession, planCapture } from '../capture/source';
import { invalidOption } from '../errors';
import { integerInRange } from '../frames/check';
import type { RenderEvent } from '../frames/events';
import { type FrameSize, frameBytes, hasAlpha } from '../frames/format';
import { frameTime } from '../frames/rate';
import { evenlySpaced, type Length, parseFrameAt } from '../frames/timecode';
import { PREVIEW_OPTIONS } from '../options/previewOptions';
import { checkSourceOptions } from '../plan/checkOptions';
import type { SourceOptions } from '../plan/renderOptions';
import type { RenderPlan } from '../plan/renderPlan';
import { renderPlanned } from '../render';
import { resultOf } from '../renderVideo';
import { pictureEncoder, pictureSize, planPicture } from './planPicture';
import { subsetSource } from './subsetSource';

const MOST_CELLS = 100; // in a row, or in a column.

/** Frames side by side: so many in a row, and so many rows. */
export interface ContactSheet {
  /** At least 1. */
  readonly columns: number;
  /** At least 1. */
  readonly rows: number;
}

/** What to look at, and where to put the picture. Only `source` and `output` must be given. */
export interface PreviewOptions extends SourceOptions {
  /** Path of the picture: `.png`, `.jpg` or `.jpeg`. Its folder must exist. */
  readonly output: string;
  /** The moment to show, in seconds (`1.5`, `'1.5s'`), or the frame (`'45f'`). Default: the middle. */
  readonly at?: number | string;
  /** Frames to show instead, evenly spaced over the length, in reading order: `'4x3'` is three rows of four. */
  readonly contactSheet?: ContactSheet | string;
  /** Width of a frame on a contact sheet, in pixels, and no more than it has. Default 480. */
  readonly cellWidth?: number;
  /** Whether to keep the alpha channel, which takes a PNG. Default false: as a video without one. */
  readonly alpha?: boolean;
  /** Called with every event meanwhile: what a page says (`pageMessage`) is among them. */
  readonly onEvent?: (event: RenderEvent) => void;
}

/** A picture that is in its place. */
export interface PreviewResult {
  /** Path of the picture, as it was asked for. */
  readonly output: string;
  /** The indices of the frames that it shows. */
  readonly frames: readonly number[];
  /** When the first of them is shown, in seconds. */
  readonly time: number;
  /** Size of the picture, in pixels. */
  readonly size: FrameSize;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  /** How long it took. */
  readonly elapsedSeconds: number;
}

/**
 * Takes a look before a long render: one frame as a picture, or a contact sheet. One worker captures, one frame at a
 * time. Settles when everything is closed; the picture is then whole, or the output is what it was before.
 *
 *     await preview({ source: chromium('page.html'), output: 'sheet.png', contactSheet: '4x3' });
 *
 * @throws FilmgateError what `render` does
 */
export async function preview(options: PreviewOptions): Promise<PreviewResult> {
  const { signal, output, onEvent } = options;
  const checked = checkPreviewOptions(options);
  let frames: readonly number[] = [];
  const source = subsetSource(options.source, (described) => {
    frames = checked.framesOf(described);
    return frames;
  });
  let shown: Pick<PreviewResult, 'frames' | 'time' | 'size'> | undefined;
  const plan = async (session: CaptureSession, stop: AbortSignal): Promise<RenderPlan> => {
    const described = await session.describe(checked.overrides);
    const { format, fps, sourceAlpha = hasAlpha(format) } = described;
    const grid = checked.gridOf(format);
    shown = { frames, time: frameTime(frames[0] ?? 0, fps), size: pictureSize({ format, grid }) };
    const { keepAlpha } = checked;
    const picture = { format, fps, sourceAlpha, keepAlpha, grid };
    const encode = await planPicture(options, picture, stop);
    const { maxTries, frameTimeout } = checked;
    return {
      capture: planCapture(described, { range: { first: 0, count: described.frames }, window: 1, keepAlpha }),
      // One worker, one frame at a time: a page that only moves forward is then walked through once.
      pool: { workers: ['worker 1'], memory: frameBytes(format), maxTries, frameTimeout },
      encode,
      segments: undefined,
      warnings: [],
      soundWarning: undefined,
    };
  };
  const { bytes, elapsedSeconds } = await resultOf((onClosed) =>
    renderPlanned({ source, onClosed, ...(signal ? { signal } : {}) }, plan).pipe(
      tap((event) => onEvent?.(event)),
    ),
  );
  return { output, ...(shown as NonNullable<typeof shown>), bytes, elapsedSeconds };
}

/** What can be checked without asking anybody. */
function checkPreviewOptions(options: PreviewOptions) {
  const { output, at, contactSheet, alpha = false } = options;
  const { overrides, maxTries, frameTimeout } = checkSourceOptions(options);
  const cellWidth = integerInRange('cellWidth', options.cellWidth ?? PREVIEW_OPTIONS.cellWidth.default, 1);
  pictureEncoder(output);
  const sheet = contactSheet === undefined ? undefined : checkSheet(contactSheet);
  if (sheet && at !== undefined) {
    throw invalidOption('at', at, 'a contact sheet shows the whole length: give one of the two');
  }
  const frameAt = at === undefined ? undefined : parseFrameAt(at);
  const count = sheet ? sheet.columns * sheet.rows : 1;
  return {
    overrides,
    maxTries,
    frameTimeout,
    keepAlpha: alpha,
    framesOf: (length: Length) => (frameAt ? [frameAt(length)] : evenlySpaced(count, length.frames)),
    gridOf: (frame: FrameSize) => sheet && { ...sheet, cell: cellOf(frame, cellWidth) },
  };
}

function checkSheet(sheet: ContactSheet | string): ContactSheet {
  const match = typeof sheet === 'string' ? /^(\d+)x(\d+)$/i.exec(sheet.trim()) : undefined;
  if (match === null) {
    throw invalidOption('contactSheet', sheet, 'give columns and rows, such as 4x3');
  }
  const { columns, rows } = match
    ? { columns: Number(match[1]), rows: Number(match[2]) }
    : (sheet as ContactSheet);
  integerInRange('contactSheet.columns', columns, 1, MOST_CELLS);
  integerInRange('contactSheet.rows', rows, 1, MOST_CELLS);
  return { columns, rows };
}

/** A frame's size on the sheet: its own shape, and never larger than it is. */
function cellOf(frame: FrameSize, cellWidth: number): FrameSize {
  const width = Math.min(cellWidth, frame.width);
  return { width, height: Math.max(1, Math.round((frame.height * width) / frame.width)) };
}
