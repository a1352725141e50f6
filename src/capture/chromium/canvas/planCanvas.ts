import { type FrameSize, frameBytes } from '../../../frames/format';
import type { SourceOverrides } from '../../source';
import type { ChromiumSettings } from '../chromiumOptions';
import type { CanvasTarget } from './canvasScreenshotter';
import { checkBeforehand, drawnFormat } from './checkBeforehand';
import { scaledSize } from './hostDocument';
import { inexact } from './inexact';
import { memoryFolder } from './memoryFolder';

/** What is known of a page before it has loaded. */
export interface UnloadedPage {
  readonly wanted: SourceOverrides;
  readonly settings: ChromiumSettings;
  /** In CSS pixels. */
  readonly size: FrameSize;
  /** Whether it is served by ourselves. */
  readonly isServed: boolean;
  /** What is served in place of the page's file. */
  readonly document: string;
}

/** With fewer frames, a second browser and the comparisons may take longer than is saved: docs/performance-pages.md. */
const WORTHWHILE = 90;

/**
 * What a page is drawn into.
 *
 * @param frames - how many are rendered
 * @throws FilmgateError `CAPTURE_INEXACT`, if nothing is to be won by it, or it is known not to work
 */
export function planCanvas(
  { wanted, settings, size, isServed, document }: UnloadedPage,
  frames: number,
): CanvasTarget {
  const { image, scale, capture } = settings;
  const { encodes } = wanted;
  if (!capture && wanted.isShared) throw inexact('it is captured on several machines');
  if (!capture && frames < WORTHWHILE) throw inexact(`${frames} frames are too few`);
  checkBeforehand({ isServed, document, image, encodes });
  const format = drawnFormat(scaledSize({ ...size, scale }), encodes);
  return { format, folder: memoryFolder(frameBytes(format)), slots: [] };
}

/** What a page may be drawn into, for all that is known yet. */
export function planAhead(page: UnloadedPage, frames: number): CanvasTarget | undefined {
  try {
    return planCanvas(page, frames);
  } catch {
    return undefined; // Said when it has loaded.
  }
}

/** Where browsers have their profiles, if it is not known to be in vain that they may draw. */
export function folderAhead(page: UnloadedPage): string | undefined {
  return planAhead(page, page.wanted.range?.count ?? Number.POSITIVE_INFINITY)?.folder;
}
