import { isDeepStrictEqual } from 'node:util';
import { FilmgateError } from '../../../errors';
import type { Deadline } from '../../../process/deadline';
import type { Browser } from '../browser';
import type { Page } from '../page';
import type { PageListener } from '../pageConsole';
import type { CanvasTarget } from './canvasScreenshotter';
import { planAhead, type UnloadedPage } from './planCanvas';

/** A page in a browser of its own, what listens to it, and what it loads. */
export interface OpenedPage {
  readonly page: Page;
  readonly listener: PageListener;
  readonly url: string;
}

/** How a session starts its browsers, and opens and loads its pages. */
export interface Opener {
  startBrowser(folder: string): Browser;
  openPage(target: CanvasTarget, browser: Browser | undefined): OpenedPage;
  loadPage(opened: OpenedPage, deadline?: Deadline): Promise<unknown>;
}

/** A page in a canvas. */
export interface Drawn {
  readonly target: CanvasTarget;
  readonly opened: OpenedPage;
  readonly loaded: Promise<unknown>;
}

/** The first page that is drawn. All of it may begin before it is known whether it can be drawn at all. */
export class DrawnPage {
  private spare: Browser | undefined;
  private drawn: Drawn | undefined;
  private isClosed = false;

  constructor(private readonly opener: Opener) {}

  /** Starts its browser, with its profile in a folder. */
  startBrowser(folder: string): void {
    this.spare = this.opener.startBrowser(folder);
  }

  /** Opens it, and begins to load it, if it is known to be worth it. */
  openAhead(page: UnloadedPage, frames: number, deadline: Deadline): void {
    const target = planAhead(page, frames);
    if (target) this.open(target, deadline);
  }

  /**
   * The page, once it has loaded, in the size that it has turned out to have.
   *
   * @throws FilmgateError `CANCELLED`, if it is closed meanwhile
   */
  async load(target: CanvasTarget, deadline: Deadline): Promise<Drawn> {
    let { drawn } = this;
    if (drawn && !isDeepStrictEqual(drawn.target.format, target.format)) {
      await drawn.opened.page.close();
      drawn = undefined;
    }
    if (this.isClosed) throw new FilmgateError('CANCELLED', 'the page that is drawn was closed');
    drawn ??= this.open(target, deadline);
    await drawn.loaded;
    return drawn;
  }

  /** Loads it anew, for its first frame to be next. */
  reload({ opened }: Drawn): Promise<unknown> {
    return this.beginLoading(opened);
  }

  /** Leaves it to the caller, who closes it. */
  release(): OpenedPage | undefined {
    const { drawn } = this;
    this.drawn = undefined;
    return drawn?.opened;
  }

  /** Ends it and its browser. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.spare?.close(), this.drawn?.opened.page.close()]);
  }

  private open(target: CanvasTarget, deadline: Deadline): Drawn {
    const opened = this.opener.openPage(target, this.spare);
    this.spare = undefined;
    this.drawn = { target, opened, loaded: this.beginLoading(opened, deadline) };
    return this.drawn;
  }

  private beginLoading(opened: OpenedPage, deadline?: Deadline): Promise<unknown> {
    const loaded = this.opener.loadPage(opened, deadline);
    loaded.catch(() => {}); // Whoever waits for it is told.
    return loaded;
  }
}
