import type { FrameSize } from '../../../frames/format';
import { frameWriter, hostPage } from '../inPage/canvasHost';

/** The page's size in CSS pixels, and device pixels for each of them. */
export interface HostSize extends FrameSize {
  readonly scale: number;
}

/** The size of the frames, in device pixels. */
export function scaledSize({ width, height, scale }: HostSize): FrameSize {
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/**
 * The document that has a page in a canvas. `no-referrer`: the page is opened by nobody, as it is elsewhere. The canvas cannot be
 * seen, so that its pixels are not put on a screen as well; with a layer of its own, because what is in it would else not be painted.
 */
export function hostDocument(url: string, size: HostSize): string {
  const { width, height } = scaledSize(size);
  const box = `width: ${size.width}px; height: ${size.height}px; margin: 0; padding: 0; border: 0; display: block`;
  return `<!doctype html><html><head><meta charset="utf-8"><title></title>
<style>html, body { ${box}; overflow: hidden } canvas { ${box}; position: absolute; left: 0; top: 0; opacity: 0; will-change: opacity } iframe { ${box}; background: #fff }</style></head>
<body><canvas layoutsubtree width="${width}" height="${height}"><iframe referrerpolicy="no-referrer" src="${url}"></iframe></canvas>
<script>(${hostPage})(${JSON.stringify(`(${frameWriter})()`).replaceAll('<', '\\u003c')})</script></body></html>`;
}
