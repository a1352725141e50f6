/// <reference lib="dom" />
import type { PageRoots } from './roots';

/** The one canvas that is all there is to see of a page, if it is one: the page need not be drawn, the canvas has its frame. */
export interface WholePicture {
  /** To be called when the page shows a frame: what WebGL has drawn is gone when the browser has shown it. */
  hold(): void;
  /** The canvas, or what was held of it, which is the caller's then. Undefined where anything else is, or might be, to be seen. */
  take(): HTMLCanvasElement | VideoFrame | undefined;
}

/** Runs in the page, before its own scripts: finds the one canvas that is all there is to see of the page, pixel for pixel. */
export function findWholePicture(roots: PageRoots): WholePicture {
  /** What a style says where it does nothing to the picture. */
  const NEUTRAL: Record<string, string> = {
    ...{ opacity: '1', visibility: 'visible', filter: 'none', mixBlendMode: 'normal', outlineStyle: 'none' },
    ...{
      transform: 'none',
      rotate: 'none',
      scale: 'none',
      translate: 'none',
      perspective: 'none',
      zoom: '1',
    },
    ...{ offsetPath: 'none', clip: 'auto', clipPath: 'none', maskImage: 'none', borderRadius: '0px' },
    ...{ contain: 'none', columnCount: 'auto', columnWidth: 'auto', webkitBoxReflect: 'none' },
  };
  const NEUTRAL_PICTURE: Record<string, string> = {
    ...{ padding: '0px', borderWidth: '0px', imageRendering: 'auto', objectViewBox: 'none' },
  };
  type WebGL = WebGLRenderingContext | WebGL2RenderingContext;
  const contexts = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D | WebGL>();
  let hasWebGL = false;
  let held: { readonly canvas: HTMLCanvasElement; readonly frame: VideoFrame } | undefined;
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: [string]) {
    const context = getContext.apply(this, args);
    if (context instanceof CanvasRenderingContext2D || isWebGL(context)) contexts.set(this, context);
    hasWebGL ||= isWebGL(context);
    return context;
  } as typeof getContext;

  const isWebGL = (context: unknown): context is WebGL =>
    context instanceof WebGLRenderingContext || context instanceof WebGL2RenderingContext;

  /** Whether the pixels of a canvas are what a screenshot would have, and it can be told if they were not. */
  const isReadable = (canvas: HTMLCanvasElement) => {
    const context = contexts.get(canvas);
    // Opaque black is what would be read of an opaque one when it is too late.
    if (isWebGL(context))
      return context.getContextAttributes()?.alpha && context.drawingBufferColorSpace === 'srgb';
    return (context?.getContextAttributes().colorSpace ?? 'srgb') === 'srgb';
  };

  const isNeutral = (style: CSSStyleDeclaration, values: Record<string, string>) =>
    Object.entries(values).every(([name, value]) => (style[name as 'filter'] ?? value) === value);

  /** Of an element around the canvas: it neither changes what is in it nor cuts it off. */
  const isPlain = (element: Element) => {
    const style = getComputedStyle(element);
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const isLarge = left <= 0 && top <= 0 && right >= innerWidth && bottom >= innerHeight;
    const isOpen = style.overflow === 'visible' || isLarge || element === document.documentElement;
    const hasParts = ['::before', '::after'].some(
      (part) => getComputedStyle(element, part).content !== 'none',
    );
    return isOpen && !hasParts && isNeutral(style, NEUTRAL);
  };

  /** Whether there is nothing else in an element that could be seen. */
  const hasOnly = (element: Element, canvas: Element): boolean =>
    isPlain(element) &&
    [...element.childNodes].every((node) => {
      if (node === canvas || node.nodeType === Node.COMMENT_NODE) return true;
      if (!(node instanceof Element)) return !node.textContent?.trim();
      return node.contains(canvas) ? hasOnly(node, canvas) : getComputedStyle(node).display === 'none';
    });

  const isWhole = (canvas: HTMLCanvasElement) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const isFull = left === 0 && top === 0 && width === innerWidth && height === innerHeight;
    const isSharp =
      canvas.width === Math.round(width * devicePixelRatio) &&
      canvas.height === Math.round(height * devicePixelRatio);
    const style = getComputedStyle(canvas);
    return (
      isFull &&
      isSharp &&
      isReadable(canvas) &&
      isNeutral(style, NEUTRAL) &&
      isNeutral(style, NEUTRAL_PICTURE)
    );
  };

  const find = () => {
    const canvas = [...document.getElementsByTagName('canvas')].find((one) => contexts.has(one));
    if (!canvas || roots.list().length > 1) return undefined; // A shadow tree may show more than is seen from here.
    return hasOnly(document.documentElement, canvas) && isWhole(canvas) ? canvas : undefined;
  };

  return {
    hold() {
      held?.frame.close();
      held = undefined;
      const canvas = hasWebGL ? find() : undefined;
      if (!canvas || !isWebGL(contexts.get(canvas))) return;
      try {
        held = { canvas, frame: new VideoFrame(canvas, { timestamp: 0 }) };
      } catch {
        // It has pictures of another origin in it.
      }
    },
    take() {
      const canvas = find();
      if (!canvas || !isWebGL(contexts.get(canvas))) return canvas;
      const frame = held?.canvas === canvas ? held.frame : undefined;
      if (frame) held = undefined;
      return frame;
    },
  };
}
