import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Deadline } from '../../../process/deadline';
import type { PageListener } from '../pageConsole';
import { asksForTop } from './checkBeforehand';
import { inexact } from './inexact';
import type { DrawnFrame, Reference } from './reference';
import { hasForeignContent } from './undrawableRequest';

const WITH_SCRIPTS = ['.html', '.htm', '.js', '.mjs', '.cjs', '.svg'];

const CHECK_EVERY = 200; // frames of a worker.
const QUARTERS = 4; // of that: workers begin at different ones. At the same one they would wait for one another, and see the same moment of the film.
const AHEAD = 50; // frames of a worker, before it compares one, in which a page that rests is loaded, and catches up.

/** What shows that the frames drawn into a canvas are those of the page: the same for all workers of a render. */
export class CanvasProof {
  /** Whether a frame was not as it should be: those since the last comparison may not be either. */
  hasFailed = false;
  private readonly known = new Set<string>();
  private workers = 0;
  /** Workers of which a frame is to be compared as soon as that can be done. */
  private readonly due = new Set<number>();

  constructor(
    private readonly reference: Reference,
    /** The files that the page has asked for so far. */
    private readonly served: ReadonlySet<string>,
    /** Index of the film's last frame. */
    private readonly lastIndex: number,
  ) {}

  /**
   * Looks at what a page has asked for, of which a canvas would show nothing, or show it otherwise.
   *
   * @throws FilmgateError `CAPTURE_INEXACT`
   */
  checkRequests({ undrawable }: PageListener): void {
    if (undrawable) throw inexact(`the page asks for ${undrawable}`);
    if (this.known.size === this.served.size) return;
    for (const path of this.served) {
      if (this.known.has(path)) continue;
      this.known.add(path);
      const extension = extname(path).toLowerCase();
      if (!WITH_SCRIPTS.includes(extension)) continue;
      const text = readFileSync(path, 'utf8');
      if (asksForTop(text)) throw inexact(`${path} looks whether it is in a frame`);
      if (extension === '.svg' && hasForeignContent(text)) throw inexact(`${path} has HTML in it`);
    }
  }

  /** A number for one more worker. */
  numberWorker(): number {
    this.workers += 1;
    return this.workers - 1;
  }

  /**
   * Compares some of a worker's frames with screenshots, a later one where the page is not ready for that.
   *
   * @param count - how many it has captured before
   * @throws FilmgateError `CAPTURE_INEXACT`
   */
  async checkFrame(frame: DrawnFrame, count: number, worker: number, deadline: Deadline): Promise<void> {
    const { reference, due } = this;
    const { index } = frame;
    if (isDue(count, worker)) due.add(worker);
    const isNear = isDue(count + AHEAD, worker) && this.lastIndex - index >= AHEAD * this.workers;
    if (isNear || due.has(worker)) reference.wake();
    if (!due.has(worker) || !reference.isReady(index)) return reference.follow(index);
    due.delete(worker);
    await reference.check([frame], deadline).catch((error) => {
      this.hasFailed = true;
      throw error;
    });
  }
}

/**
 * Whether a worker's frame is one to compare.
 *
 * @param count - how many it has captured before
 * @param number - the worker's, from 0
 */
export function isDue(count: number, number: number): boolean {
  const first = (QUARTERS - (number % QUARTERS)) * (CHECK_EVERY / QUARTERS);
  return count >= first && (count - first) % CHECK_EVERY === 0;
}
