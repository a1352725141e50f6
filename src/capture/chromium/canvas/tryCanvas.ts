import { type FrameSize, frameBytes } from '../../../frames/format';
import type { FrameRange } from '../../../frames/range';
import type { Deadline } from '../../../process/deadline';
import type { SourceDescription, SourceOverrides } from '../../source';
import type { ChromiumSettings } from '../chromiumOptions';
import type { Page } from '../page';
import type { PageListener } from '../pageConsole';
import type { PageServer } from '../pageServer';
import { CanvasProof } from './canvasProof';
import type { CanvasTarget } from './canvasScreenshotter';
import { checkBeforehand, drawnFormat } from './checkBeforehand';
import { scaledSize } from './hostDocument';
import { inexact } from './inexact';
import { memoryFolder } from './memoryFolder';
import { type DrawnFrame, Reference } from './reference';

/** A page in a browser of its own, and what listens to it. */
export interface OpenedPage {
  readonly page: Page;
  readonly listener: PageListener;
}

/** What the workers have that draw the page into a canvas, and the page that their frames are compared with. */
export interface CanvasCapture {
  readonly target: CanvasTarget;
  readonly proof: CanvasProof;
  readonly reference: Page;
}

interface Trial<Opened extends OpenedPage> {
  readonly described: SourceDescription;
  readonly wanted: SourceOverrides;
  readonly settings: ChromiumSettings;
  readonly size: FrameSize;
  readonly server: PageServer;
  /** What is served in place of the page's file. */
  readonly document: string;
  /** The page alone, loaded. */
  readonly plain: Opened;
  /** Opens a page that is drawn; the page alone is not as it was loaded from then on. */
  open(target: CanvasTarget): Opened;
  /** Loads a page, and tells it its frame rate. */
  load(opened: Opened, deadline: Deadline): Promise<void>;
  readonly deadline: Deadline;
}

/** With fewer frames, a second browser and the comparisons may take longer than is saved: docs/performance-pages.md. */
const WORTHWHILE = 90;

/**
 * Opens a page that is drawn into a canvas, and compares some of its frames with screenshots.
 *
 * @throws FilmgateError `CAPTURE_INEXACT`, if it is better captured by screenshots; `PAGE_FAILED` and others, if it cannot be opened
 */
export async function tryCanvas<Opened extends OpenedPage>(trial: Trial<Opened>): Promise<CanvasCapture> {
  const { described, wanted, settings, size, server, document, plain, open, load, deadline } = trial;
  const { image, scale, capture } = settings;
  const { encodes, ffmpeg } = wanted;
  const range = wanted.range ?? { first: 0, count: described.frames };
  if (!capture && wanted.isShared) throw inexact('it is captured on several machines');
  if (!capture && range.count < WORTHWHILE) throw inexact(`${range.count} frames are too few`);
  checkBeforehand({ isServed: server.url !== '', document, image, encodes });
  const format = drawnFormat(scaledSize({ ...size, scale }), encodes);
  const folder = memoryFolder(frameBytes(format));
  const seek = (page: Page, index: number, until: Deadline) =>
    page.evaluate(`__filmgate.seek(${index})`, until);
  const reference = new Reference(
    {
      reload: (until) => load(plain, until),
      seek: (index, until) => seek(plain.page, index, until),
      screenshot: (until) => plain.page.takePicture(until),
    },
    { format, ffmpeg, folder },
  );
  const proof = new CanvasProof(reference, server.served, described.sequential ?? false);
  proof.checkRequests(plain.listener);
  const problem = await plain.page.evaluate<string>('__filmgate.undrawable()', deadline);
  if (problem) throw inexact(problem);

  const target = { folder, format, slots: [] };
  await plain.page.setFrameRate(described.fps, deadline);
  const indices = startChecks(range, described.sequential);
  const drawing = open(target);
  const expected = reference.expect(indices, deadline); // Meanwhile.
  expected.catch(() => {});
  await load(drawing, deadline);
  const frames: DrawnFrame[] = [];
  for (const index of indices) {
    await seek(drawing.page, index, deadline);
    frames.push({ index, data: await drawing.page.takePicture(deadline, frames.length) });
  }
  proof.checkRequests(drawing.listener);
  await reference.check(frames, deadline, expected);
  return { target, proof, reference: plain.page };
}

const FARTHEST = 10; // frames that a page which only moves forward is taken through.

/** The frames that are compared with screenshots before the first one is rendered, in ascending order. */
export function startChecks({ first, count }: FrameRange, sequential = false): number[] {
  const from = sequential ? 0 : first;
  const last = sequential ? Math.min(first + count - 1, FARTHEST) : first + count - 1;
  return [...new Set([from, Math.floor((from + last) / 2), last])];
}
