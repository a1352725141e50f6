import { FilmgateError, invalidOption, messageOf } from '../../errors';
import { integerInRange } from '../../frames/check';
import { checkSize, type FrameSize } from '../../frames/format';
import { type FrameRate, framesIn, framesTouchedBy } from '../../frames/rate';
import type { SourceIdentity } from '../../frames/sourceIdentity';
import { Deadline } from '../../process/deadline';
import type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  SourceDescription,
  SourceOverrides,
} from '../source';
import {
  type ChromiumOptions,
  type ChromiumSettings,
  checkOptions,
  checkPage,
  isUrl,
} from './chromiumOptions';
import { type BrowserProgram, findBrowser } from './findBrowser';
import { driverScript } from './inPage/driverScript';
import type { PageDescription } from './inPage/pageDriver';
import { MediaLibrary } from './media/mediaLibrary';
import { Page } from './page';
import { PageConsole, type PageListener } from './pageConsole';
import { type PageServer, servePage } from './pageServer';
import { PageWorker } from './pageWorker';

/**
 * Captures an HTML page in headless Chromium: one browser for each worker. Size, length and time come from the page,
 * as `docs/pages.md` tells.
 *
 * @param page - path of an HTML file, whose folder is then served to the browser alone; or an `http(s)` URL
 * @throws FilmgateError `PAGE_NOT_FOUND`, `INVALID_OPTION` at once. The render fails with `BROWSER_NOT_FOUND`,
 * `BROWSER_INVALID`, `PAGE_FAILED`, `PAGE_NOT_READY`, `PAGE_ERROR`, `CAPTURE_FAILED`, `WORKER_DIED`.
 */
export function chromium(page: string, options: ChromiumOptions = {}): CaptureSource {
  const prepared = { page: checkPage(page) };
  return pageSource(async () => prepared, checkOptions(options));
}

/** A page as it is loaded. */
export interface PreparedPage {
  /** Absolute path of its file, or its URL. */
  readonly page: string;
  /** What is served at that path in place of the file, which then need not exist. */
  readonly document?: string;
  /** Runs in the page before its own scripts. */
  readonly script?: string;
  /** Runs in the page, once it has loaded, where the video keeps an alpha channel. */
  readonly transparentScript?: string;
  /** Its rate, where none is asked for. Default 30. */
  readonly fps?: FrameRate;
  /** Whether a last frame that is not shown in full counts. Default: if it is shown for half of its time or more. */
  readonly countsPartOfFrame?: boolean;
  /** What the page uses and is not in the video, in words for a person. */
  readonly unsupported?: readonly string[];
  /** What else shapes its frames: settings by their names, and files that were read. */
  readonly identity?: SourceIdentity;
}

/** Captures what `prepare` says when a render begins: it may take as long as the page's own loading. */
export function pageSource(
  prepare: (wanted: SourceOverrides) => Promise<PreparedPage>,
  settings: ChromiumSettings,
): CaptureSource {
  return { open: () => new ChromiumSession(prepare, settings) };
}

const USUAL_SIZE = { width: 1920, height: 1080 };
const USUAL_RATE = { numerator: 30, denominator: 1 };

/** A page in a browser of its own, and what listens to it. */
interface Opened {
  readonly page: Page;
  readonly listener: PageListener;
}

/** One render of a page. The browser that has told what the page is becomes the first worker's. */
class ChromiumSession implements CaptureSession {
  private readonly console: PageConsole;
  private server: PageServer | undefined;
  private media: MediaLibrary | undefined;
  private program: BrowserProgram | undefined;
  private prepared: PreparedPage = { page: '' };
  private url = '';
  private size = USUAL_SIZE;
  private first: Opened | undefined;
  private readonly closed = new AbortController();

  constructor(
    private readonly preparePage: (wanted: SourceOverrides) => Promise<PreparedPage>,
    private readonly settings: ChromiumSettings,
  ) {
    this.console = new PageConsole(settings);
  }

  get events() {
    return this.console.messages;
  }

  async describe(wanted: SourceOverrides): Promise<SourceDescription> {
    this.prepared = await this.preparePage(wanted);
    this.program = await chooseProgram(this.settings, this.closed.signal);
    const { page, document, unsupported = [] } = this.prepared;
    this.media = new MediaLibrary({ ffmpeg: wanted.ffmpeg, cacheLimit: this.settings.mediaCache });
    this.server = await servePage(this.media, isUrl(page) ? undefined : { path: page, document });
    this.url = this.server.url || page;
    this.console.served = this.server.url ? new URL('.', this.url) : undefined;
    if (this.closed.signal.aborted) {
      await this.server?.close(); // It came too late for the session's own close.
      throw new FilmgateError('CANCELLED', 'the session was closed');
    }

    const asked = {
      ...USUAL_SIZE,
      ...(wanted.width ? { width: wanted.width } : {}),
      ...(wanted.height ? { height: wanted.height } : {}),
    };
    const deadline = this.newDeadline();
    this.first = this.openPage('worker 1');
    const said = await this.load(this.first, asked, deadline);
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
    return this.description(wanted, said);
  }

  prepare(plan: CapturePlan): (name: string) => CaptureWorker {
    return (name) => {
      const loaded = this.first;
      this.first = undefined;
      const opened = loaded ?? this.openPage(name);
      const ready = this.makeReady(opened, loaded !== undefined, plan);
      return new PageWorker(ready, opened.page, opened.listener, this.media as MediaLibrary);
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
    };
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.first?.page.close();
    await this.media?.close();
    await this.server?.close();
  }

  private openPage(worker: string): Opened {
    const { image, quality, scale, dedupe, seed, sequential } = this.settings;
    const listener = this.console.open(worker);
    const driver = driverScript({ seed, sequential, media: this.server?.mediaUrl ?? '' });
    const script = `${driver}\n${this.prepared.script ?? ''}`;
    const program = this.program as BrowserProgram;
    return {
      listener,
      page: new Page({ program, picture: { image, quality }, scale, dedupe, script }, listener),
    };
  }

  /** How long a browser may take to start and to load the page, as often as it has to. */
  private newDeadline(): Deadline {
    return new Deadline(this.settings.loadTimeout);
  }

  private async load(
    { page, listener }: Opened,
    size: FrameSize,
    deadline: Deadline,
  ): Promise<PageDescription> {
    await page.load(this.url, size, deadline);
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

  private async makeReady(opened: Opened, isLoaded: boolean, { fps, keepAlpha }: CapturePlan): Promise<void> {
    const deadline = this.newDeadline();
    if (!isLoaded) await this.load(opened, this.size, deadline);
    const { numerator, denominator } = fps;
    await opened.page.evaluate(`__filmgate.setFrameRate(${numerator}, ${denominator})`, deadline);
    if (!keepAlpha) return;
    await opened.page.makeTransparent(deadline);
    const { transparentScript } = this.prepared;
    if (transparentScript) await opened.page.evaluate(transparentScript, deadline);
  }

  private description(wanted: SourceOverrides, said: PageDescription): SourceDescription {
    const { scale, image, sequential, dedupe } = this.settings;
    const fps = wanted.fps ?? this.prepared.fps ?? USUAL_RATE;
    const duration = wanted.duration ?? said.duration;
    if (duration === undefined) {
      throw invalidOption(
        'duration',
        'none',
        'the page does not say how long it is: give seconds, such as --duration 6',
      );
    }
    const count = this.prepared.countsPartOfFrame ? framesTouchedBy : framesIn;
    const size = { width: Math.round(this.size.width * scale), height: Math.round(this.size.height * scale) };
    return {
      format: { image, ...checkSize(size, 'size × scale') },
      fps,
      repeats: dedupe,
      waits: true,
      frames: integerInRange('duration × fps', count(duration, fps), 1),
      sequential: sequential || said.contract === 'page',
      sounds: said.hasMedia ?? false,
    };
  }
}

async function chooseProgram(
  { browser, capture }: ChromiumSettings,
  signal: AbortSignal,
): Promise<BrowserProgram> {
  const program = await findBrowser(browser, signal);
  if (capture === 'beginframe' && program.mode !== 'beginframe') {
    throw invalidOption(
      'capture',
      capture,
      `${program.path} cannot begin frames: it takes a headless shell on Linux`,
    );
  }
  return capture ? { ...program, mode: capture } : program;
}
