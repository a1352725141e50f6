import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Deadline } from '../../../process/deadline';
import type { PageListener } from '../pageConsole';
import { asksForTop } from './checkBeforehand';
import { inexact } from './inexact';
import type { DrawnFrame, Reference } from './reference';
import { hasForeignContent } from './undrawableRequest';

const WITH_SCRIPTS = ['.html', '.htm', '.js', '.mjs', '.cjs', '.svg'];

/** What shows that the frames drawn into a canvas are those of the page: the same for all workers of a render. */
export class CanvasProof {
  /** Whether a frame was not as it should be: those since the last comparison may not be either. */
  hasFailed = false;
  private readonly known = new Set<string>();
  private workers = 0;

  constructor(
    private readonly reference: Reference,
    /** The files that the page has asked for so far. */
    private readonly served: ReadonlySet<string>,
    /** Whether the page only moves forward. */
    private readonly sequential: boolean,
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
   * Compares some of a worker's frames with screenshots; `count` is how many it has captured before.
   *
   * @throws FilmgateError `CAPTURE_INEXACT`
   */
  async checkFrame(frame: DrawnFrame, count: number, worker: number, deadline: Deadline): Promise<void> {
    if (!this.reference.isDue(count, worker)) {
      this.reference.wake(count, worker);
      if (this.sequential) this.reference.follow(frame.index);
      return;
    }
    await this.reference.check([frame], deadline).catch((error) => {
      this.hasFailed = true;
      throw error;
    });
  }
}
