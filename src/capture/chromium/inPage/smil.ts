/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { PageRoots } from './roots';

/** Runs in the page. Returns what sets the animations inside of SVG pictures to the page's time. */
export function holdSmil(clock: VirtualClock, roots: PageRoots): () => void {
  const begins = new Map<SVGSVGElement, number | undefined>();
  return () => {
    for (const svg of roots.query<SVGSVGElement>('svg')) {
      if (svg.ownerSVGElement) continue; // Goes with the one that it stands in.
      if (!begins.has(svg)) begins.set(svg, svg.animationsPaused() ? undefined : clock.now());
      const begin = begins.get(svg);
      if (begin === undefined) continue; // Paused by the page: it stays as it is.
      svg.pauseAnimations();
      svg.setCurrentTime((clock.now() - begin) / 1000);
    }
    for (const svg of begins.keys()) if (!svg.isConnected) begins.delete(svg);
  };
}
