/// <reference lib="dom" />
import type { PageRoots } from './roots';

/** The one canvas that is all there is to see of a page, if it is one: the page need not be drawn, the canvas has its frame. */
export interface WholePicture {
  /** To be called when the page is at a frame: from then on a canvas of WebGL is read whenever the browser is about to show it. */
  watch(): void;
  /** The canvas, or what was last read of it, which is the caller's then. Undefined where anything else is, or might be, to be seen. */
  take(): HTMLCanvasElement | VideoFrame | undefined;
  /** The one colour that is behind all of that canvas, as CSS has it; undefined where it is something else, or might be. */
  colorBehind(canvas: HTMLCanvasElement): string | undefined;
}

/**
 * Runs in the page, before its own scripts: finds the one canvas that is all there is to see of the page, pixel for pixel.
 * `animationFrame` is the browser's own: when it calls back, the page has drawn what the browser shows next, and after that
 * the pixels of WebGL are gone.
 */
export function findWholePicture(
  roots: PageRoots,
  animationFrame: typeof requestAnimationFrame,
): WholePicture {
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
  /** The same for what is behind the canvas, and seen through it. */
  const NEUTRAL_BEHIND: Record<string, string> = {
    ...{ backgroundImage: 'none', boxShadow: 'none', borderWidth: '0px', borderImageSource: 'none' },
    ...{ backdropFilter: 'none', containerType: 'normal', contentVisibility: 'visible' },
  };
  const NOT_BOXES = ['contents', 'list-item'];
  type WebGL = WebGLRenderingContext | WebGL2RenderingContext;
  const contexts = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D | WebGL>();
  let hasWebGL = false;
  let last: { readonly canvas: HTMLCanvasElement; readonly frame: VideoFrame } | undefined;
  let isWatching = false;
  let isAsked = false;
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

  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    animationFrame(read);
  };
  const read = () => {
    isAsked = false;
    if (!isWatching) return;
    last?.frame.close();
    last = undefined;
    ask(); // What is read now is out of date when the browser shows another one before it is taken.
    const canvas = find();
    if (!canvas || !isWebGL(contexts.get(canvas))) return;
    try {
      last = { canvas, frame: new VideoFrame(canvas, { timestamp: 0 }) };
    } catch {
      // It has pictures of another origin in it.
    }
  };

  return {
    colorBehind(canvas) {
      const colors: (string | undefined)[] = [];
      for (let element: Element | null = canvas; element; element = element.parentElement) {
        const style = getComputedStyle(element);
        const fillsPage = element === document.body || element === document.documentElement;
        if (!isNeutral(style, NEUTRAL_BEHIND) || NOT_BOXES.includes(style.display)) return undefined;
        if (style.backgroundColor !== 'rgba(0, 0, 0, 0)')
          colors.push(fillsPage ? style.backgroundColor : undefined);
      }
      return colors.length === 1 && colors[0]?.startsWith('rgb(') ? colors[0] : undefined;
    },
    watch() {
      isWatching = hasWebGL;
      if (isWatching) ask();
    },
    take() {
      isWatching = false;
      const canvas = find();
      if (!canvas || !isWebGL(contexts.get(canvas))) return canvas;
      const frame = last?.canvas === canvas ? last.frame : undefined;
      if (frame) last = undefined;
      return frame;
    },
  };
}
