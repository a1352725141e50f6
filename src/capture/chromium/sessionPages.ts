import { FilmgateError, messageOf } from '../../errors';
import type { FrameSize } from '../../frames/format';
import { Deadline } from '../../process/deadline';
import type { CapturePlan } from '../source';
import type { OpenedPage } from './canvas/drawnPage';
import type { ChromiumSettings } from './chromiumOptions';
import type { BrowserProgram } from './findBrowser';
import { driverScript } from './inPage/driverScript';
import type { PageDescription } from './inPage/pageDriver';
import type { MediaLibrary } from './media/mediaLibrary';
import { Page, type PageOptions } from './page';
import type { PageConsole } from './pageConsole';
import type { PageServer } from './pageServer';
import type { PreparedPage } from './preparedPage';

/** What the pages of one session have in common. */
export interface SessionParts {
  readonly program: BrowserProgram;
  readonly settings: ChromiumSettings;
  readonly prepared: PreparedPage;
  readonly server: PageServer;
  readonly media: MediaLibrary;
  readonly pageConsole: PageConsole;
  /** Where the page is. */
  readonly url: string;
}

/** The pages of one session: the same one in several browsers, alone or in a canvas. */
export class SessionPages {
  constructor(private readonly parts: SessionParts) {}

  /**
   * @param worker - the name of its worker
   * @param size - in CSS pixels
   */
  open(
    worker: string,
    size: FrameSize,
    { canvas, isWatched, browser }: Pick<PageOptions, 'canvas' | 'browser'> & { isWatched?: boolean },
  ): OpenedPage {
    const { program, settings, prepared, server } = this.parts;
    const { image, quality, scale, dedupe, seed, sequential } = settings;
    const listener = this.parts.pageConsole.open(worker);
    const url = canvas ? server.hostUrl({ ...size, scale }) : this.parts.url;
    const host = canvas && new URL(url).pathname;
    const driver = driverScript({ seed, sequential, host, isWatched, media: server.mediaUrl });
    const own = `${driver}\n${prepared.script ?? ''}`;
    const script = host ? `if (location.pathname !== ${JSON.stringify(host)}) {${own}}` : own;
    const options = { program, picture: { image, quality }, scale, dedupe, canvas, script, browser };
    return { listener, url, page: new Page(options, listener) };
  }

  /** How long a browser may take to start and to load the page, as often as it has to. */
  newDeadline(): Deadline {
    return new Deadline(this.parts.settings.loadTimeout);
  }

  /** Loads a page, and asks it what it is. */
  async load(
    { page, listener, url }: OpenedPage,
    size: FrameSize,
    deadline = this.newDeadline(),
  ): Promise<PageDescription> {
    await page.load(url, size, deadline);
    listener.check();
    const describing = page.evaluate<PageDescription>('__filmgate.describe()', deadline);
    const said = await describing.catch((cause) => {
      listener.check(); // What a script threw is why the page is not as it should be.
      const known = this.parts.media.causeOf(cause) ?? cause;
      if (FilmgateError.is(known)) throw known;
      throw new FilmgateError('PAGE_FAILED', `the page cannot be captured: ${messageOf(cause)}`, { cause });
    });
    for (const text of said.failed ?? []) listener.report('request', text);
    listener.check();
    return said;
  }

  /**
   * Makes a page ready for its first frame.
   *
   * @param loaded - settles when it has loaded, if that has begun
   */
  async makeReady(
    opened: OpenedPage,
    size: FrameSize,
    loaded: Promise<unknown> | undefined,
    { fps, keepAlpha }: CapturePlan,
  ): Promise<void> {
    const deadline = this.newDeadline();
    await (loaded ?? this.load(opened, size, deadline));
    await opened.page.setFrameRate(fps, deadline);
    if (!keepAlpha) return;
    await opened.page.makeTransparent(deadline);
    const { transparentScript } = this.parts.prepared;
    if (transparentScript) await opened.page.evaluate(transparentScript, deadline);
  }
}
