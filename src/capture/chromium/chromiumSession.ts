import { merge, Subject } from 'rxjs';
import { FilmgateError, messageOf } from '../../errors';
import type { CaptureEvent } from '../../frames/events';
import { checkSize } from '../../frames/format';
import type { SourceIdentity } from '../../frames/sourceIdentity';
import type { Deadline } from '../../process/deadline';
import { debug } from '../../process/debug';
import type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  Fallback,
  SourceDescription,
  SourceOverrides,
} from '../source';
import { Browser } from './browser';
import { DrawnPage, type OpenedPage } from './canvas/drawnPage';
import { isInexact } from './canvas/inexact';
import { folderAhead, type UnloadedPage } from './canvas/planCanvas';
import { type CanvasCapture, tryCanvas } from './canvas/tryCanvas';
import { chooseProgram } from './chooseProgram';
import type { ChromiumSettings } from './chromiumOptions';
import { describeSource, framesOf } from './describeSource';
import type { BrowserProgram } from './findBrowser';
import type { PageDescription } from './inPage/pageDriver';
import { MediaLibrary } from './media/mediaLibrary';
import { PageConsole } from './pageConsole';
import { type PageServer, servePage } from './pageServer';
import { PageWorker } from './pageWorker';
import type { PreparedPage } from './preparedPage';
import { SessionPages } from './sessionPages';

/** Says which page it is that a render captures, when the render begins. */
export interface PagePreparation {
  prepare(wanted: SourceOverrides): Promise<PreparedPage>;
  /** Whether that takes as long as a second browser's start, which is then begun beside it. Default false. */
  readonly isSlow?: boolean;
  /** Whether it is a page from the web. Default false. */
  readonly isUrl?: boolean;
}

/** Captures a page that is prepared when a render begins. */
export function pageSource(preparation: PagePreparation, settings: ChromiumSettings): CaptureSource {
  return { open: () => new ChromiumSession(preparation, settings) };
}

const USUAL_SIZE = { width: 1920, height: 1080 };

/** One render of a page. The browser that has told what the page is becomes the first worker's; where it is drawn, the second's. */
class ChromiumSession implements CaptureSession {
  private readonly console: PageConsole;
  private server: PageServer | undefined;
  private media: MediaLibrary | undefined;
  private program: BrowserProgram | undefined;
  private prepared: PreparedPage = { page: '' };
  private browser: Browser | undefined;
  private pages: SessionPages | undefined;
  private size = USUAL_SIZE;
  private first: OpenedPage | undefined;
  /** Settles when the first page is as it was before its first frame. */
  private firstLoaded: Promise<unknown> | undefined;
  private readonly drawnPage = new DrawnPage({
    startBrowser: (folder) => new Browser(this.program as BrowserProgram, this.settings.scale, folder),
    openPage: (canvas, browser) => this.openPage('worker 1', { canvas, browser }),
    loadPage: (opened, deadline) => this.load(opened, deadline),
  });
  private canvas: CanvasCapture | undefined;
  private readonly fellBack = new Subject<CaptureEvent>();
  private readonly closed = new AbortController();

  constructor(
    private readonly preparation: PagePreparation,
    private readonly settings: ChromiumSettings,
  ) {
    this.console = new PageConsole(settings);
  }

  get events() {
    return merge(this.console.messages, this.fellBack);
  }

  /** Whether the page may be drawn into a canvas: that is asked for, or not said. */
  private get mayDraw() {
    const { capture = 'canvas' } = this.settings;
    return capture === 'canvas' && this.program?.mode === 'beginframe';
  }

  async describe(wanted: SourceOverrides): Promise<SourceDescription> {
    this.program = await chooseProgram(this.settings, this.closed.signal);
    const asked = {
      ...USUAL_SIZE,
      ...(wanted.width ? { width: wanted.width } : {}),
      ...(wanted.height ? { height: wanted.height } : {}),
    };
    this.size = asked;
    if (!this.closed.signal.aborted) {
      const folder = this.mayDraw ? folderAhead(this.unloaded(wanted)) : undefined;
      this.browser = new Browser(this.program, this.settings.scale, folder); // It starts meanwhile.
      if (this.preparation.isSlow && folder) this.drawnPage.startBrowser(folder);
    }
    this.prepared = await this.preparation.prepare(wanted);
    this.pages = await this.servePages(this.program, wanted);

    const deadline = this.pages.newDeadline();
    this.first = this.openPage('worker 1', { isWatched: this.mayDraw, browser: this.browser });
    if (this.mayDraw) {
      const all = framesOf(wanted, this.prepared, this.prepared.duration);
      this.drawnPage.openAhead(this.unloaded(wanted), wanted.range?.count ?? all ?? 0, deadline);
    }
    const said = await this.load(this.first, deadline);
    this.firstLoaded = Promise.resolve();
    for (const text of [...(this.prepared.unsupported ?? []), ...said.unsupported])
      this.first.listener.report('unsupported', text);

    this.size = checkSize(
      {
        width: wanted.width ?? said.width ?? asked.width,
        height: wanted.height ?? said.height ?? asked.height,
      },
      'page',
    );
    const isOther = this.size.width !== asked.width || this.size.height !== asked.height;
    if (isOther) await this.load(this.first, deadline);
    const described = describeSource(wanted, said, {
      ...{ prepared: this.prepared, settings: this.settings, size: this.size },
    });
    return this.mayDraw ? this.tryCanvas(described, wanted, deadline) : described;
  }

  prepare(plan: CapturePlan): (name: string) => CaptureWorker {
    return (name) => {
      const loaded = this.first;
      this.first = undefined;
      const opened = loaded ?? this.openWorkersPage(name);
      const pages = this.pages as SessionPages;
      const ready = pages.makeReady(opened, this.size, loaded && this.firstLoaded, plan);
      const { media, canvas } = this;
      return new PageWorker(ready, opened.page, opened.listener, media as MediaLibrary, canvas?.proof);
    };
  }

  identity(): SourceIdentity {
    const { image, quality, scale, seed, sequential } = this.settings;
    const { path, version, mode } = this.program as BrowserProgram;
    return {
      settings: {
        page: this.prepared.page,
        browser: `${path} ${version}`,
        capture: `${mode}, ${image}${image === 'jpeg' ? ` of quality ${quality}` : ''}`,
        scale: String(scale),
        seed: String(seed),
        sequential: String(sequential),
        ...this.prepared.identity?.settings,
      },
      files: [
        ...new Set([
          ...(this.prepared.identity?.files ?? []),
          ...(this.server?.served ?? []),
          ...(this.media?.files ?? []),
        ]),
      ],
      anyFormat: image === 'png',
    };
  }

  async close(): Promise<void> {
    this.closed.abort();
    const { first, drawnPage, canvas, browser } = this;
    await Promise.all([first?.page, drawnPage, canvas?.plain, browser].map((one) => one?.close()));
    await this.media?.close();
    await this.server?.close();
  }

  /** Screenshots, where drawing into a canvas has failed, however that came: they tell whether it was the page's fault. */
  fallback(error: unknown): Fallback | undefined {
    if (!this.canvas || !isInexact(error)) return undefined;
    return {
      source: pageSource(this.preparation, { ...this.settings, capture: 'beginframe' }),
      keepsSegments: !this.canvas.proof.hasFailed,
    };
  }

  /** Draws the page into a canvas from now on, if some of its frames are then as they should be. */
  private async tryCanvas(
    described: SourceDescription,
    wanted: SourceOverrides,
    deadline: Deadline,
  ): Promise<SourceDescription> {
    const plain = this.first as OpenedPage;
    const { drawnPage, settings } = this;
    try {
      this.canvas = await tryCanvas({
        ...{ ...this.unloaded(wanted), described, plain, drawnPage, deadline },
        server: this.server as PageServer,
        plainOpener: {
          open: (browser) => this.openPage('worker 1', { browser }),
          load: (opened, until) => this.load(opened, until),
        },
        onPlainUsed: () => {
          this.firstLoaded = undefined;
        },
      });
      this.first = drawnPage.release();
      this.firstLoaded = this.canvas.reloaded;
      return { ...described, format: this.canvas.target.format, sourceAlpha: false };
    } catch (error) {
      if (this.closed.signal.aborted) throw error;
      await drawnPage.close();
      const message = messageOf(error);
      debug('not drawn into a canvas: %s', message);
      if (settings.capture) this.fellBack.next({ type: 'captureFallback', message, index: undefined });
      return described;
    }
  }

  private unloaded(wanted: SourceOverrides): UnloadedPage {
    const { settings, size, preparation, prepared } = this;
    return { wanted, settings, size, isServed: !preparation.isUrl, document: prepared.document ?? '' };
  }

  /** Serves what has been prepared. */
  private async servePages(program: BrowserProgram, { ffmpeg }: SourceOverrides): Promise<SessionPages> {
    const { settings, preparation, prepared, console: pageConsole } = this;
    const { page, document } = prepared;
    const media = new MediaLibrary({ ffmpeg, cacheLimit: settings.mediaCache });
    this.media = media;
    const server = await servePage(media, preparation.isUrl ? undefined : { path: page, document });
    this.server = server;
    const url = server.url || page;
    pageConsole.served = server.url ? new URL('.', url) : undefined;
    if (this.closed.signal.aborted) {
      await server.close(); // It came too late for the session's own close.
      throw new FilmgateError('CANCELLED', 'the session was closed');
    }
    return new SessionPages({ program, settings, prepared, server, media, pageConsole, url });
  }

  private openWorkersPage(name: string): OpenedPage {
    const browser = this.browser?.profile ? this.canvas?.plain.releaseBrowser() : undefined;
    return this.openPage(name, { canvas: this.canvas?.target, browser });
  }

  private openPage(worker: string, how: Parameters<SessionPages['open']>[2]): OpenedPage {
    return (this.pages as SessionPages).open(worker, this.size, how);
  }

  private load(opened: OpenedPage, deadline?: Deadline): Promise<PageDescription> {
    return (this.pages as SessionPages).load(opened, this.size, deadline);
  }
}
