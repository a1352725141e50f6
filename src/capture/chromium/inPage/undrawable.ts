/// <reference lib="dom" />
import type { PageDriver } from './pageDriver';
import type { PageRoots } from './roots';
import type { StyleWords } from './styleWords';

/**
 * Runs in the page: says, in words for a person, what is in it that a canvas does not draw as the browser does; empty when
 * nothing is. It is asked for every frame, because such a thing may come at any time.
 */
export function findUndrawable(
  roots: PageRoots,
  words: StyleWords,
  innerStages: () => PageDriver[],
): () => string {
  const PARTS = ['::before', '::after'];
  const STYLED_BY_BROWSER = 'dialog, [popover], textarea, select[size], select[multiple]';
  const EMBEDDED = 'iframe, object, embed, frame, fencedframe';

  const firstOf = <T>(all: Iterable<T>, problem: (one: T) => string): string => {
    for (const one of all) {
      const found = problem(one);
      if (found) return found;
    }
    return '';
  };

  /** Depth, what looks at the pixels behind, and what gets a layer of its own, in which gradients have other grains. */
  const problemOf = (style: CSSStyleDeclaration): string => {
    if (style.transformStyle === 'preserve-3d') return 'transform-style: preserve-3d';
    if (style.backfaceVisibility === 'hidden') return 'backface-visibility: hidden';
    if (style.transform.startsWith('matrix3d')) return 'a transform with depth';
    if (style.rotate.includes(' ') || style.translate.split(' ').length > 2) return 'a transform with depth';
    if (style.position === 'fixed') return 'position: fixed';
    if (style.backgroundAttachment.includes('fixed')) return 'background-attachment: fixed';
    return (style.backdropFilter || 'none') === 'none' ? '' : 'backdrop-filter';
  };

  const partsOf = (element: Element) =>
    element.localName === 'dialog' || element.hasAttribute('popover') ? [...PARTS, '::backdrop'] : PARTS;

  const isScroller = (element: Element, { overflowX, overflowY }: CSSStyleDeclaration) => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
    const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
    return (
      (scrolls(overflowX) && scrollWidth > clientWidth) || (scrolls(overflowY) && scrollHeight > clientHeight)
    );
  };

  const problemAt = (element: Element): string => {
    if (!element.checkVisibility()) return '';
    const style = getComputedStyle(element);
    const own = problemOf(style) || (isScroller(element, style) ? 'a box that scrolls' : '');
    if (own) return own;
    for (const part of partsOf(element)) {
      const partStyle = getComputedStyle(element, part);
      const problem = partStyle.content === 'none' ? '' : problemOf(partStyle);
      if (problem) return problem;
    }
    return '';
  };

  /** Of an element and all in it, without those that are not displayed. */
  const problemIn = (element: Element): string => {
    if (getComputedStyle(element).display === 'none') return ''; // Nor is anything in it.
    return problemAt(element) || firstOf(element.children, problemIn);
  };

  /** In a frame inside the page, that it can be scrolled is enough. */
  const isScrolled = () => {
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollX !== 0 || scrollY !== 0 || (window !== parent && scrollHeight > clientHeight);
  };

  /** A canvas does not tell which links have been visited: those to the page itself have been. */
  const visited = ({ href }: HTMLAnchorElement) =>
    href.startsWith(`${location.origin}/`) ? 'a link to the page itself' : '';

  /** A picture that has a layer of its own is drawn elsewhere, unless that is where the page begins. */
  const isMisplaced = (canvas: Element) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    if (width === 0 || height === 0) return false;
    if (left !== 0 || top !== 0 || width !== innerWidth || height !== innerHeight || window !== parent)
      return true;
    for (let element: Element | null = canvas; element; element = element.parentElement)
      if (getComputedStyle(element).transform !== 'none') return true;
    return false;
  };

  /** A caret blinks in the browser's own time. */
  const hasCaret = ({ activeElement: active }: Document | ShadowRoot) =>
    active instanceof HTMLElement && (active.isContentEditable || active.matches('input, textarea'));

  const embedded = (element: Element): string => {
    if (element.localName !== 'iframe') return `<${element.localName}>`;
    return (element as HTMLIFrameElement).contentDocument ? '' : 'a frame of another origin';
  };

  return () => {
    if (navigator.serviceWorker?.controller) return 'a service worker';
    const styled = words.areAnywhere()
      ? firstOf(roots.list(), (root) => firstOf(root.children, problemIn))
      : firstOf(words.elements(), problemAt);
    return (
      styled ||
      (isScrolled() ? 'a page that has been scrolled' : '') ||
      (roots.list().some(hasCaret) ? 'a field with a caret' : '') ||
      firstOf(roots.query(STYLED_BY_BROWSER), problemAt) ||
      firstOf(roots.query<HTMLAnchorElement>('a[href], area[href]'), visited) ||
      firstOf(roots.query(EMBEDDED), embedded) ||
      (roots.query('canvas, video').some(isMisplaced)
        ? 'a canvas or video that is a part of the page'
        : '') ||
      firstOf(innerStages(), (child) => child.undrawable())
    );
  };
}
