import { tap } from 'rxjs';
import { type CaptureSession, planCapture, type SourceDescription } from '../capture/source';
import { invalidOption } from '../errors';
import { integerInRange } from '../frames/check';
import type { RenderEvent } from '../frames/events';
import { type FrameSize, frameBytes } from '../frames/format';
import { frameTime } from '../frames/rate';
import { evenlySpaced, type Length, parseFrameAt } from '../frames/timecode';
import { checkOverrides, checkRetryLimits, type RenderPlan, type SourceOptions } from '../plan/planRender';
import { renderPlanned } from '../render';
import { resultOf } from '../renderVideo';
import { type PictureJob, pictureEncoder, planPicture } from './pictureEncoder';
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
  /** Called with what happens meanwhile: what a page says (`pageMessage`) is among it. */
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
  const { source, output, onEvent } = options;
  const wanted = checkOptions(options);
  let taken: Pick<PreviewResult, 'frames' | 'time' | 'size'> | undefined;
  let frames: readonly number[] = [];
  const choose = (described: SourceDescription) => {
    frames = wanted.choose(described);
    return frames;
  };
  const plan = async (session: CaptureSession): Promise<RenderPlan> => {
    const described = await session.describe(wanted.overrides);
    const job = await planPicture({
      ...options,
      ...wanted,
      ...described,
      grid: wanted.grid(described.format),
    });
    taken = { frames, time: frameTime(frames[0] ?? 0, described.fps), size: job.size };
    return { ...planOf(described, job, wanted.alpha), ...checkRetryLimits(options) };
  };
  const { bytes, elapsedSeconds } = await resultOf((onClosed) =>
    renderPlanned({ ...options, source: subsetSource(source, choose), onClosed }, plan).pipe(
      tap((event) => onEvent?.(event)),
    ),
  );
  return { output, ...(taken as NonNullable<typeof taken>), bytes, elapsedSeconds };
}

/** What can be checked without asking anybody. */
function checkOptions(options: PreviewOptions) {
  const { output, overwrite = false, at, contactSheet, alpha = false } = options;
  const cellWidth = integerInRange('cellWidth', options.cellWidth ?? 480, 1);
  const overrides = checkOverrides(options);
  checkRetryLimits(options);
  pictureEncoder(output);
  const sheet = contactSheet === undefined ? undefined : checkSheet(contactSheet);
  if (sheet && at !== undefined) {
    throw invalidOption('at', at, 'a contact sheet shows the whole length: give one of the two');
  }
  const moment = at === undefined ? undefined : parseFrameAt(at);
  const count = sheet ? sheet.columns * sheet.rows : 1;
  return {
    overrides,
    overwrite,
    alpha,
    choose: (length: Length) => (moment ? [moment(length)] : evenlySpaced(count, length.frames)),
    grid: (frame: FrameSize) => sheet && { ...sheet, cell: cellOf(frame, cellWidth) },
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

/** One worker, one frame at a time: a page that only moves forward is then walked through once. */
function planOf(described: SourceDescription, job: PictureJob, alpha: boolean) {
  const { format, fps, frames } = described;
  const range = { first: 0, count: frames };
  const summary = {
    output: job.path,
    size: { width: format.width, height: format.height },
    fps,
    range,
    workers: ['worker 1'],
    window: 1,
    memory: frameBytes(format),
    encoder: job.encoder,
    pixelFormat: job.pixelFormat,
    ffmpeg: job.ffmpeg.version,
    segments: 1,
    resumedSegments: 0,
    resumedFrames: 0,
    lanes: 1,
  };
  const capture = planCapture(described, { range, window: 1, keepAlpha: alpha });
  return { capture, encode: job, summary };
}
