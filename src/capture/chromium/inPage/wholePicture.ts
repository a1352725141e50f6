/// <reference lib="dom" />
import type { PageRoots } from './roots';

/**
 * Runs in the page, before its own scripts: finds the one 2D canvas that is all there is to see of the page, pixel for pixel.
 * Such a page need not be drawn: the canvas has its frame. Undefined where anything else is, or might be, to be seen.
 */
export function findWholePicture(roots: PageRoots): () => HTMLCanvasElement | undefined {
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
  const flat = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D>();
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: [string]) {
    const context = getContext.apply(this, args);
    if (context instanceof CanvasRenderingContext2D) flat.set(this, context);
    return context;
  } as typeof getContext;

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
    const isSrgb = (flat.get(canvas)?.getContextAttributes().colorSpace ?? 'srgb') === 'srgb';
    const style = getComputedStyle(canvas);
    return isFull && isSharp && isSrgb && isNeutral(style, NEUTRAL) && isNeutral(style, NEUTRAL_PICTURE);
  };

  return () => {
    const canvas = [...document.getElementsByTagName('canvas')].find((one) => flat.has(one));
    if (!canvas || roots.list().length > 1) return undefined; // A shadow tree may show more than is seen from here.
    return hasOnly(document.documentElement, canvas) && isWhole(canvas) ? canvas : undefined;
  };
}
