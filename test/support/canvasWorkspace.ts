import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import type { RenderEvent } from '../../src/frames/events';
import { type PageRender, usePageWorkspace } from './pageWorkspace';
import { frameMd5 } from './video';

type Fallback = Extract<RenderEvent, { type: 'captureFallback' }>;

/** Most of what a page is made of, moved by every kind of time. */
export const RICH = `<style>
  body { margin: 0; font: 13px serif; background: linear-gradient(37deg, #123, #456, #89a); color: #fff }
  @keyframes move { to { transform: translateX(30px) rotate(50deg) } }
  i { position: absolute; left: 8px; top: 9px; width: 20px; height: 20px; background: #f80; border-radius: 5px; animation: move 1s linear }
  u { position: absolute; left: 20px; top: 24px; mix-blend-mode: difference; filter: blur(1px); clip-path: circle(9px); background: #0f8; width: 20px; height: 20px; opacity: 0.8 }
  </style>text äöü <i></i><u></u><svg width="20" height="20"><circle id="dot" cx="9" cy="9" r="3" fill="red"><animate attributeName="r" to="9" dur="1s"/></circle></svg>
  <input style="width: 20px" value="a"><b id="count"></b>
  <script>requestAnimationFrame(function show(now) { count.textContent = Math.round(now); requestAnimationFrame(show) })</script>`;

/** A page that can be set to any time, and shows something else from some time on. */
export const seekable = (shown: string, style = '') =>
  `<style>body { margin: 0; font: 20px serif } #x { display: none } .on #x { display: block } ${style}</style><b id="b"></b><div id="x">${shown}</div>
  <script>filmgate = { duration: 1, seek(time) { const frame = Math.round(time * 10); b.textContent = frame; document.documentElement.className = [3, 7].includes(frame) ? 'on' : '' } }</script>`;

/** How often a render went on with screenshots, and why. */
export function fallbacks(events: readonly RenderEvent[]): Fallback[] {
  return events.filter((event): event is Fallback => event.type === 'captureFallback');
}

/** Checksums of a video's frames. */
export async function sums(path: string): Promise<string[]> {
  return (await frameMd5(path)).sums;
}

/** What a film's frames are, whoever makes them: lossless, they depend neither on segments nor on workers. */
type Film = Pick<PageRender, 'size' | 'frames' | 'duration' | 'fps'>;

/** A place for renders of pages that are drawn, and compared with screenshots of them. */
export function useCanvasWorkspace() {
  const workspace = usePageWorkspace();
  const known = new Map<string, string[]>();

  /** Checksums of the frames of a page by screenshots, made once. */
  async function shots(
    page: string,
    { size, frames, duration, fps }: Film = {},
    options: { scale?: number } = {},
  ): Promise<string[]> {
    const film = Object.entries({ size, frames, duration, fps }).filter(([, value]) => value !== undefined);
    const text = readFileSync(resolve(workspace.path('pages'), page), 'utf8');
    const key = JSON.stringify([text, film, options]);
    const before = known.get(key);
    if (before) return before;
    const more: PageRender = Object.fromEntries(film);
    const { path } = await workspace.render(page, { capture: 'beginframe', ...options }, more);
    const found = await sums(path);
    known.set(key, found);
    return found;
  }

  return Object.assign(workspace, {
    shots,

    /** Draws a page, and checks that its frames are those of screenshots. */
    async drawn(page: string, more: PageRender = {}, options: { scale?: number } = {}) {
      const drawn = await workspace.render(page, { capture: 'canvas', ...options }, more);
      expect(await sums(drawn.path)).to.deep.equal(await shots(page, more, options));
      return drawn;
    },
  });
}
