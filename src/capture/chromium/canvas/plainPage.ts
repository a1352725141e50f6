import { FilmgateError } from '../../../errors';
import type { FrameRate } from '../../../frames/rate';
import type { Deadline } from '../../../process/deadline';
import type { Browser } from '../browser';
import type { Page } from '../page';
import type { OpenedPage } from './drawnPage';
import type { ReferencePage } from './reference';

/** How a session opens the page alone, and loads it. */
export interface PlainOpener {
  open(browser: Browser | undefined): OpenedPage;
  load(opened: OpenedPage, deadline: Deadline): Promise<unknown>;
}

/** The page alone, of which screenshots are taken. While it rests, its browser may go to a worker. */
export class PlainPage implements ReferencePage {
  private resting: Browser | undefined;
  private isClosed = false;

  constructor(
    private opened: OpenedPage | undefined,
    private readonly opener: PlainOpener,
    private readonly fps: FrameRate,
  ) {}

  /** Where that fails, its browser is ended: the next try has another. */
  async reload(deadline: Deadline): Promise<void> {
    if (this.isClosed)
      throw new FilmgateError('CANCELLED', 'the page that frames are compared with was closed');
    this.opened ??= this.opener.open(this.releaseBrowser());
    const { page } = this.opened;
    try {
      await this.opener.load(this.opened, deadline);
      await page.setFrameRate(this.fps, deadline);
    } catch (error) {
      await page.close();
      this.opened = undefined;
      throw error;
    }
  }

  async seek(index: number, deadline: Deadline): Promise<void> {
    await this.page.evaluate(`__filmgate.seek(${index})`, deadline);
  }

  async screenshot(deadline: Deadline): Promise<Buffer> {
    return this.page.takePicture(deadline);
  }

  async rest(deadline: Deadline): Promise<void> {
    this.resting = await this.page.leave(deadline);
    this.opened = undefined;
  }

  /** Leaves its browser to the caller, who closes it; undefined where the page needs it. */
  releaseBrowser(): Browser | undefined {
    const { resting } = this;
    this.resting = undefined;
    return resting;
  }

  /** Ends it and its browser. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.resting?.close(), this.opened?.page.close()]);
  }

  private get page(): Page {
    return (this.opened as OpenedPage).page;
  }
}
