/// <reference lib="dom" />
import type { PageDriver } from './pageDriver';
import type { PageRoots } from './roots';

/**
 * Runs in the page: says, in words for a person, what is in it that a canvas does not draw as the browser does; empty when
 * nothing is. It is asked for every frame, because such a thing may come at any time.
 */
export function findUndrawable(roots: PageRoots, innerStages: () => PageDriver[]): () => string {
  const PARTS = ['::before', '::after'];

  /** Depth, and what looks at the pixels behind. */
  const problemOf = (style: CSSStyleDeclaration): string => {
    if (style.transformStyle === 'preserve-3d') return 'transform-style: preserve-3d';
    if (style.backfaceVisibility === 'hidden') return 'backface-visibility: hidden';
    if (style.transform.startsWith('matrix3d')) return 'a transform with depth';
    if (style.rotate.includes(' ') || style.translate.split(' ').length > 2) return 'a transform with depth';
    return (style.backdropFilter || 'none') === 'none' ? '' : 'backdrop-filter';
  };

  const problemIn = (root: Document | ShadowRoot): string => {
    const from = root instanceof Document ? root.documentElement : root;
    const isShown = (node: Node) =>
      getComputedStyle(node as Element).display === 'none'
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT;
    const walker = document.createTreeWalker(from, NodeFilter.SHOW_ELEMENT, isShown);
    for (let node = walker.nextNode() as Element | null; node; node = walker.nextNode() as Element | null) {
      const own = problemOf(getComputedStyle(node));
      if (own) return own;
      for (const part of PARTS) {
        const style = getComputedStyle(node, part);
        const problem = style.content === 'none' ? '' : problemOf(style);
        if (problem) return problem;
      }
      if (node.localName === 'iframe' && !(node as HTMLIFrameElement).contentDocument)
        return 'a frame of another origin';
    }
    return '';
  };

  return () => {
    if (navigator.serviceWorker?.controller) return 'a service worker';
    for (const root of roots.list()) {
      const problem = problemIn(root);
      if (problem) return problem;
    }
    for (const child of innerStages()) {
      const problem = child.undrawable();
      if (problem) return problem;
    }
    return '';
  };
}
