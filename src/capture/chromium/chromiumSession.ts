import { merge, Subject } from 'rxjs';
import { FilmgateError, messageOf } from '../../errors';
import type { CaptureEvent } from '../../frames/events';
import { checkSize, type FrameSize } from '../../frames/format';
import type { SourceIdentity } from '../../frames/sourceIdentity';
import { Deadline } from '../../process/deadline';
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
import type { UnloadedPage } from './canvas/planCanvas';
import { type CanvasCapture, tryCanvas } from './canvas/tryCanvas';
import { chooseProgram } from './chooseProgram';
import { type ChromiumSettings, isUrl } from './chromiumOptions';
import { describeSource, framesOf } from './describeSource';
import type { BrowserProgram } from './findBrowser';
import { driverScript } from './inPage/driverScript';
import type { PageDescription } from './inPage/pageDriver';
import { MediaLibrary } from './media/mediaLibrary';
import { Page, type PageOptions } from './page';
import { PageConsole } from './pageConsole';
import { type PageServer, servePage } from './pageServer';
import { PageWorker } from './pageWorker';
import type { PreparedPage } from './preparedPage';

/**
 * Captures what `prepare` says when a render begins.
 *
 * @param isSlow - whether that takes as long as a second browser's start, which is then begun beside it
 */
export function pageSource(
  prepare: (wanted: SourceOverrides) => Promise<PreparedPage>,
  settings: ChromiumSettings,
  isSlow = false,
): CaptureSource {
  return { open: () => new ChromiumSession(prepare, settings, isSlow) };
}

const USUAL_SIZE = { width: 1920, height: 1080 };

/** A page in a browser of its own, what listens to it, and what it loads. */
interface Opened extends OpenedPage {
  readonly url: string;
}

/** One render of a page. The browser that has told what the page is becomes the first worker's. */
class ChromiumSession implements CaptureSession {
  private readonly console: PageConsole;
  private server: PageServer | undefined;
  private media: MediaLibrary | undefined;
  private program: BrowserProgram | undefined;
  private prepared: PreparedPage = { page: '' };
  private browser: Browser | undefined;
  private url = '';
  private size = USUAL_SIZE;
  private first: Opened | undefined;
  /** Settles when the first page is as it was before its first frame. */
  private firstLoaded: Promise<unknown> | undefined;
  private readonly drawnPage = new DrawnPage<Opened>({
    startBrowser: (folder) => new Browser(this.program as BrowserProgram, this.settings.scale, folder),
    openPage: (canvas, browser) => this.openPage('worker 1', { canvas, browser }),
    loadPage: (opened, deadline = this.newDeadline()) => this.load(opened, this.size, deadline),
  });
  private canvas: CanvasCapture | undefined;
  private readonly fellBack = new Subject<CaptureEvent>();
  private readonly closed = new AbortController();

  constructor(
    private readonly preparePage: (wanted: SourceOverrides) => Promise<PreparedPage>,
    private readonly settings: ChromiumSettings,
    private readonly isSlow: boolean,
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
      this.browser = new Browser(this.program, this.settings.scale); // It starts meanwhile.
      if (this.isSlow && this.mayDraw) this.drawnPage.startBrowser(this.unloaded(wanted));
    }
    this.prepared = await this.preparePage(wanted);
    const { page, document, unsupported = [] } = this.prepared;
    this.media = new MediaLibrary({ ffmpeg: wanted.ffmpeg, cacheLimit: this.settings.mediaCache });
    this.server = await servePage(this.media, isUrl(page) ? undefined : { path: page, document });
    this.url = this.server.url || page;
    this.console.served = this.server.url ? new URL('.', this.url) : undefined;
    if (this.closed.signal.aborted) {
      await this.server?.close(); // It came too late for the session's own close.
      throw new FilmgateError('CANCELLED', 'the session was closed');
    }

    const deadline = this.newDeadline();
    this.first = this.openPage('worker 1', { isWatched: this.mayDraw, browser: this.browser });
    if (this.mayDraw) {
      const all = framesOf(wanted, this.prepared, this.prepared.duration);
      this.drawnPage.openAhead(this.unloaded(wanted), wanted.range?.count ?? all ?? 0, deadline);
    }
    const said = await this.load(this.first, asked, deadline);
    this.firstLoaded = Promise.resolve();
    for (const text of [...unsupported, ...said.unsupported]) this.first.listener.report('unsupported', text);

    this.size = checkSize(
      {
        width: wanted.width ?? said.width ?? asked.width,
        height: wanted.height ?? said.height ?? asked.height,
      },
      'page',
    );
    const isOther = this.size.width !== asked.width || this.size.height !== asked.height;
    if (isOther) await this.load(this.first, this.size, deadline);
    const described = describeSource(wanted, said, {
      ...{ prepared: this.prepared, settings: this.settings, size: this.size },
    });
    return this.mayDraw ? this.tryCanvas(described, wanted, deadline) : described;
  }

  prepare(plan: CapturePlan): (name: string) => CaptureWorker {
    return (name) => {
      const loaded = this.first;
      this.first = undefined;
      const opened = loaded ?? this.openPage(name, { canvas: this.canvas?.target });
      const ready = this.makeReady(opened, loaded && this.firstLoaded, plan);
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
    await Promise.all([first?.page, drawnPage, canvas?.reference, browser].map((one) => one?.close()));
    await this.media?.close();
    await this.server?.close();
  }

  /** Screenshots, where drawing into a canvas has failed, however that came: they tell whether it was the page's fault. */
  fallback(error: unknown): Fallback | undefined {
    if (!this.canvas || !isInexact(error)) return undefined;
    return {
      source: pageSource(this.preparePage, { ...this.settings, capture: 'beginframe' }),
      keepsSegments: !this.canvas.proof.hasFailed,
    };
  }

  /** Draws the page into a canvas from now on, if some of its frames are then as they should be. */
  private async tryCanvas(
    described: SourceDescription,
    wanted: SourceOverrides,
    deadline: Deadline,
  ): Promise<SourceDescription> {
    const plain = this.first as Opened;
    const { drawnPage, settings, size } = this;
    try {
      this.canvas = await tryCanvas({
        ...{ ...this.unloaded(wanted), described, plain, drawnPage, deadline },
        server: this.server as PageServer,
        reload: (until) => this.load(plain, size, until),
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
    const { settings, size, server, prepared } = this;
    return { wanted, settings, size, isServed: server?.url !== '', document: prepared.document ?? '' };
  }

  private openPage(
    worker: string,
    { canvas, isWatched, browser }: Pick<PageOptions, 'canvas' | 'browser'> & { isWatched?: boolean },
  ): Opened {
    const { image, quality, scale, dedupe, seed, sequential } = this.settings;
    const listener = this.console.open(worker);
    const program = this.program as BrowserProgram;
    const url = canvas ? (this.server as PageServer).hostUrl({ ...this.size, scale }) : this.url;
    const host = canvas && new URL(url).pathname;
    const driver = driverScript({ seed, sequential, host, isWatched, media: this.server?.mediaUrl ?? '' });
    const own = `${driver}\n${this.prepared.script ?? ''}`;
    const script = host ? `if (location.pathname !== ${JSON.stringify(host)}) {${own}}` : own;
    const options = { program, picture: { image, quality }, scale, dedupe, canvas, script, browser };
    return { listener, url, page: new Page(options, listener) };
  }

  /** How long a browser may take to start and to load the page, as often as it has to. */
  private newDeadline(): Deadline {
    return new Deadline(this.settings.loadTimeout);
  }

  private async load(
    { page, listener, url }: Opened,
    size: FrameSize,
    deadline: Deadline,
  ): Promise<PageDescription> {
    await page.load(url, size, deadline);
    listener.check();
    const describing = page.evaluate<PageDescription>('__filmgate.describe()', deadline);
    const said = await describing.catch((cause) => {
      listener.check(); // What a script threw is why the page is not as it should be.
      const known = this.media?.causeOf(cause) ?? cause;
      if (FilmgateError.is(known)) throw known;
      throw new FilmgateError('PAGE_FAILED', `the page cannot be captured: ${messageOf(cause)}`, { cause });
    });
    for (const text of said.failed ?? []) listener.report('request', text);
    listener.check();
    return said;
  }

  private async makeReady(
    opened: Opened,
    loaded: Promise<unknown> | undefined,
    { fps, keepAlpha }: CapturePlan,
  ): Promise<void> {
    const deadline = this.newDeadline();
    await (loaded ?? this.load(opened, this.size, deadline));
    await opened.page.setFrameRate(fps, deadline);
    if (!keepAlpha) return;
    await opened.page.makeTransparent(deadline);
    const { transparentScript } = this.prepared;
    if (transparentScript) await opened.page.evaluate(transparentScript, deadline);
  }
}
