import type { FrameSize } from '../../../frames/format';
import type { SourceOverrides } from '../../source';
import { inexact } from './inexact';

/** What is known of a render before any page is drawn into a canvas. */
export interface CanvasCase {
  /** Whether the page is served by ourselves: else a frame of ours would be of another origin. */
  readonly isServed: boolean;
  /** What is served in place of the page's file. */
  readonly document: string;
  readonly image: 'png' | 'jpeg';
  readonly encodes: SourceOverrides['encodes'];
}

/**
 * Checks what has nothing to do with what the page shows.
 *
 * @throws FilmgateError `CAPTURE_INEXACT`
 */
export function checkBeforehand({ isServed, document, image, encodes }: CanvasCase): void {
  const problems = [
    !isServed && 'the page is a URL',
    image === 'jpeg' && `pictures are asked for as ${image}`,
    !encodes && 'it is not known what is made of its frames',
    encodes?.keepAlpha && 'the video keeps an alpha channel',
    asksForTop(document) && 'the page looks whether it is in a frame',
  ];
  const problem = problems.find(Boolean);
  if (problem) throw inexact(problem);
}

/** The layout of frames that are drawn. */
export interface DrawnFormat extends FrameSize {
  readonly pixels: 'bgrx' | 'yuv420p';
}

/** What frames are drawn as: what the video has, where the converter can make it, and pixels elsewhere. */
export function drawnFormat(size: FrameSize, encodes: SourceOverrides['encodes']): DrawnFormat {
  const isConvertible = size.width % 8 === 0 && size.height % 2 === 0 && encodes?.pixelFormat === 'yuv420p';
  return { pixels: isConvertible ? 'yuv420p' : 'bgrx', ...size };
}

/** What in the text of a script finds out whether its page is in a frame: `top` is the one thing that cannot be hidden. */
const ASKS_FOR_TOP =
  /\b(?:window|self|globalThis|parent|document\.defaultView)\s*(?:\?\.|\.)\s*top\b|\btop\s*[!=]==?\s*(?:window|self|this|parent|globalThis)\b|\b(?:window|self|this|parent|globalThis)\s*[!=]==?\s*top\b|\btop\s*\.\s*(?:location|document|frames|postMessage|name|length)\b|\b(?:window|self|globalThis)\s*\[\s*['"]top/;

/** Whether a script, or a document with scripts in it, may look whether it is in a frame. */
export function asksForTop(text: string): boolean {
  return ASKS_FOR_TOP.test(text) || /\bancestorOrigins\b/.test(text);
}
