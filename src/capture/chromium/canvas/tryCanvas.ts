import type { FrameRange } from '../../../frames/range';
import type { Deadline } from '../../../process/deadline';
import type { SourceDescription } from '../../source';
import type { PageServer } from '../pageServer';
import { CanvasProof } from './canvasProof';
import type { CanvasTarget } from './canvasScreenshotter';
import type { DrawnPage, OpenedPage } from './drawnPage';
import { inexact } from './inexact';
import { type PlainOpener, PlainPage } from './plainPage';
import { planCanvas, type UnloadedPage } from './planCanvas';
import { type DrawnFrame, Reference } from './reference';

/** What the workers have that draw the page into a canvas, and the page that their frames are compared with. */
export interface CanvasCapture {
  readonly target: CanvasTarget;
  readonly proof: CanvasProof;
  readonly plain: PlainPage;
  /** Settles when the first of the pages is as it was before its first frame. */
  readonly reloaded: Promise<unknown>;
}

interface Trial extends UnloadedPage {
  readonly described: SourceDescription;
  readonly server: PageServer;
  /** The page alone, loaded. */
  readonly plain: OpenedPage;
  readonly plainOpener: PlainOpener;
  /** Called when the page alone is no more as it was loaded. */
  onPlainUsed(): void;
  readonly drawnPage: DrawnPage;
  readonly deadline: Deadline;
}

/**
 * Opens a page that is drawn into a canvas, and compares some of its frames with screenshots.
 *
 * @throws FilmgateError `CAPTURE_INEXACT`, if it is better captured by screenshots; `PAGE_FAILED` and others, if it cannot be opened
 */
export async function tryCanvas(trial: Trial): Promise<CanvasCapture> {
  const { described, wanted, server, plain, drawnPage, deadline } = trial;
  const { sequential = false, fps } = described;
  const range = wanted.range ?? { first: 0, count: described.frames };
  const planned = planCanvas(trial, range.count);
  const alone = new PlainPage(plain, trial.plainOpener, fps);
  const { loadTimeout } = trial.settings;
  const { format } = planned;
  const reference = new Reference(alone, { format, ffmpeg: wanted.ffmpeg, sequential, loadTimeout });
  const proof = new CanvasProof(reference, server.served, range.first + range.count - 1);
  proof.checkRequests(plain.listener);
  const problem = await plain.page.evaluate<string>('__filmgate.undrawable()', deadline);
  if (problem) throw inexact(problem);

  trial.onPlainUsed();
  await plain.page.setFrameRate(fps, deadline);
  const indices = startChecks(range, sequential);
  const expected = reference.expect(indices, deadline); // Meanwhile.
  expected.catch(() => {});
  const drawn = await drawnPage.load(planned, deadline);
  const { target, opened: drawing } = drawn;
  await drawing.page.setFrameRate(fps, deadline);
  const frames: DrawnFrame[] = [];
  for (const index of indices) {
    await drawing.page.evaluate(`__filmgate.seek(${index})`, deadline);
    frames.push({ index, data: await drawing.page.takePicture(deadline, frames.length) });
  }
  proof.checkRequests(drawing.listener);
  const reloaded = drawnPage.reload(drawn); // Meanwhile.
  await reference.check(frames, deadline, expected);
  await reference.rest(deadline);
  return { target, proof, plain: alone, reloaded };
}

const FARTHEST = 10; // frames that a page which only moves forward is taken through.

/** The frames that are compared with screenshots before the first one is rendered, in ascending order. */
export function startChecks({ first, count }: FrameRange, sequential: boolean): number[] {
  const from = sequential ? 0 : first;
  const last = sequential ? Math.min(first + count - 1, FARTHEST) : first + count - 1;
  return [...new Set([from, Math.floor((from + last) / 2), last])];
}
