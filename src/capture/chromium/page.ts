import { setTimeout as pause } from 'node:timers/promises';
import { FilmgateError } from '../../errors';
import type { CaptureStopwatch } from '../../frames/captureTimes';
import type { FrameSize } from '../../frames/format';
import type { FrameRate } from '../../frames/rate';
import type { Deadline } from '../../process/deadline';
import { debug } from '../../process/debug';
import { within as waitFor } from '../../process/within';
import { beginFrames } from './beginFrame';
import { BeginFrameScreenshotter } from './beginFrameScreenshotter';
import { Browser } from './browser';
import { CanvasScreenshotter, type CanvasTarget } from './canvas/canvasScreenshotter';
import type { DevToolsEvent } from './devtools';
import type { BrowserProgram } from './findBrowser';
import { type PageListener, thrownText } from './pageConsole';
import { PlainScreenshotter } from './plainScreenshotter';
import type { PictureFormat, Screenshotter, Send } from './screenshotter';

/** How a page is opened. */
export interface PageOptions {
  readonly program: BrowserProgram;
  /** A browser of this program, started before. */
  readonly browser?: Browser | undefined;
  readonly picture: PictureFormat;
  /** Device pixels for each CSS pixel. */
  readonly scale: number;
  /** Whether frames in which nothing changed are repeated without a new screenshot. */
  readonly dedupe: boolean;
  /** Where frames go that are drawn into a canvas; without it, screenshots are taken. */
  readonly canvas?: CanvasTarget | undefined;
  /** Runs in the page before its own scripts. */
  readonly script: string;
}

const TICK = 10; // ms between the ticks that keep a waiting page going.
const LOADING_TICK = 40; // ms: a page that loads needs few of them, and each is a frame to draw.
const POLL = 4; // ms between two looks whether it has what it waits for.
const DYING = 500; // ms in which a browser ends whose helpers have been killed: until then it answers, with nonsense.
const ANSWER_TIME = 1000; // ms for a page to say what it waits for: less than the pool leaves it.

/** Else the page's process keeps what it has loaded, each frame of a video, for the protocol to ask for. */
const KEEP_NO_ANSWERS = { maxTotalBufferSize: 0, maxResourceBufferSize: 0 };
const MOST_NOTED = 500; // requests: even so it keeps 2 KB of each, until it is told to stop.

/** One page, the only one of its browser, opened by its construction. */
export class Page {
  private readonly browser: Browser;
  private readonly opened: Promise<void>;
  private stopListening = () => {};
  private readonly screenshotter: Screenshotter;
  private session: string | undefined;
  private frame: string | undefined;
  private isLoading = false;
  /** Requests that the browser has notes of. */
  private noted = 0;
  private failure: FilmgateError | undefined;
  /** What is waited for, and fails with the page: a promise for all would keep every frame that was raced with it. */
  private readonly rejections = new Set<(error: FilmgateError) => void>();

  constructor(
    private readonly options: PageOptions,
    private readonly listener: PageListener,
  ) {
    this.browser = options.browser ?? new Browser(options.program, options.scale, options.canvas?.folder);
    this.screenshotter = this.openScreenshotter();
    this.browser.ended.then((error) => this.fail(error));
    this.opened = this.open();
    this.opened.catch(() => {}); // Whoever loads the page is told.
  }

  /** Loads a page, and waits until it and all that it asked for are there. */
  async load(url: string, { width, height }: FrameSize, deadline: Deadline): Promise<void> {
    await this.within(deadline, this.opened);
    const screen = { screenWidth: width, screenHeight: height };
    const metrics = { width, height, ...screen, deviceScaleFactor: this.options.scale, mobile: false };
    await this.within(deadline, this.send('Emulation.setDeviceMetricsOverride', metrics));
    this.isLoading = true;
    const { errorText } = await this.settle(this.send('Page.navigate', { url }), deadline);
    if (errorText) throw new FilmgateError('PAGE_FAILED', `${url} could not be loaded: ${errorText}`);
    await this.until(() => !this.isLoading && this.listener.pendingRequests.length === 0, deadline);
    await this.within(deadline, Promise.resolve(this.screenshotter.open?.()));
    debug('loaded %s at %dx%d', url, width, height);
  }

  /** Gives the page a transparent background, where it has none of its own. */
  async makeTransparent(deadline: Deadline): Promise<void> {
    const color = { r: 0, g: 0, b: 0, a: 0 };
    await this.within(deadline, this.send('Emulation.setDefaultBackgroundColorOverride', { color }));
  }

  /** Says how many frames there are in a second: before the first one is sought. */
  async setFrameRate({ numerator, denominator }: FrameRate, deadline: Deadline): Promise<void> {
    await this.evaluate(`__filmgate.setFrameRate(${numerator}, ${denominator})`, deadline);
  }

  /** The value of an expression in the page, awaited there. Throws what the page throws. */
  async evaluate<T>(expression: string, deadline: Deadline): Promise<T> {
    const answer = this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = await this.settle(answer, deadline);
    if (exceptionDetails) throw new Error(thrownText(exceptionDetails));
    return result.value;
  }

  /** A picture of the page as it is, once what it has asked for meanwhile is there. */
  async takePicture(deadline: Deadline, slot = 0, stopwatch?: CaptureStopwatch): Promise<Buffer> {
    await this.until(() => this.listener.pendingRequests.length === 0, deadline);
    if (this.noted >= MOST_NOTED) await this.within(deadline, this.forgetRequests());
    stopwatch?.lap('wait');
    const picture = await this.within(deadline, this.screenshotter.takePicture(slot));
    stopwatch?.lap('picture', 'transfer', this.browser.devtools.pictureTransfer);
    return picture;
  }

  /** Ends the page, and leaves its browser to another one, with nothing in it. */
  async leave(deadline: Deadline): Promise<Browser> {
    await this.load('about:blank', { width: 1, height: 1 }, deadline);
    const { devtools } = this.browser;
    await this.within(deadline, devtools.send('Target.detachFromTarget', { sessionId: this.session }));
    this.stopListening();
    return this.browser;
  }

  /** Ends the page and its browser. Idempotent; settles when they are gone. */
  async close(): Promise<void> {
    this.screenshotter.close?.();
    await this.browser.close();
  }

  private openScreenshotter(): Screenshotter {
    const { program, picture, dedupe, canvas } = this.options;
    const begin = beginFrames(this.send, this.browser);
    if (canvas)
      return new CanvasScreenshotter(this.send, begin, this.browser.profile as string, canvas, dedupe);
    return program.mode === 'beginframe'
      ? new BeginFrameScreenshotter(begin, picture, dedupe)
      : new PlainScreenshotter(this.send, picture);
  }

  /** Waits for an answer of the page, and keeps the page going meanwhile. */
  private async settle<T>(answer: Promise<T>, deadline: Deadline): Promise<T> {
    let isSettled = false;
    const settled = answer.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {}); // Awaited below, but perhaps only after it has rejected.
    await Promise.race([settled, pause(TICK)]);
    if (!isSettled) await this.until(() => isSettled, deadline);
    return settled;
  }

  /** Waits for a condition, and keeps the page going meanwhile. */
  private async until(isDone: () => boolean, deadline: Deadline): Promise<void> {
    while (!isDone()) {
      if (this.failure) throw this.failure;
      if (deadline.remaining === 0) throw await this.notReady(deadline);
      await this.within(deadline, this.screenshotter.tick());
      const next = performance.now() + (this.isLoading ? LOADING_TICK : TICK);
      while (!isDone() && performance.now() < next) await pause(POLL);
    }
  }

  /** The result of `work`, unless the page or its browser goes away, or the deadline passes before. */
  private async within<T>(deadline: Deadline, work: Promise<T>): Promise<T> {
    let reject: (error: FilmgateError) => void = () => {};
    const failed = new Promise<never>((_, rejectFailed) => {
      reject = rejectFailed;
    });
    this.rejections.add(reject);
    if (this.failure) reject(this.failure);
    try {
      return await deadline.race(Promise.race([work, failed]), () => this.notReady(deadline));
    } catch (error) {
      const isSymptom = !FilmgateError.is(error) || error.code === 'CAPTURE_FAILED';
      if (isSymptom) await waitFor(DYING, this.browser.ended);
      throw this.failure ?? error;
    } finally {
      this.rejections.delete(reject);
    }
  }

  private fail(error: FilmgateError): void {
    this.failure ??= error;
    for (const reject of this.rejections) reject(this.failure);
  }

  private async notReady(deadline: Deadline): Promise<FilmgateError> {
    if (this.session === undefined) {
      const { path } = this.options.program;
      return new FilmgateError('BROWSER_INVALID', `the browser ${path} did not respond within ${deadline}`);
    }
    const stuck = 'its scripts, which do not end';
    const expression = "globalThis.__filmgate?.waitingFor() ?? ''";
    const asked = this.send('Runtime.evaluate', { expression, returnByValue: true });
    const answer = asked.then(({ result }) => result?.value);
    const inPage = await Promise.race([answer, pause(ANSWER_TIME, stuck)]).catch(() => '');
    const requests = this.listener.pendingRequests.slice(0, 5).join(', ');
    const waits = [inPage, requests && `requests: ${requests}`, this.isLoading && 'its load event'].filter(
      Boolean,
    );
    const what = waits.join('; ') || 'its next frame';
    return new FilmgateError(
      'PAGE_NOT_READY',
      `the page was not ready within ${deadline}; it waited for ${what}`,
    );
  }

  private readonly send: Send = async (method, params) => {
    if (this.failure) throw this.failure;
    return this.browser.devtools.send(method, params, this.session);
  };

  /** While none is pending: what begins meanwhile would not be seen. */
  private async forgetRequests(): Promise<void> {
    this.noted = 0;
    await Promise.all([this.send('Network.disable'), this.send('Network.enable', KEEP_NO_ANSWERS)]);
  }

  private async open(): Promise<void> {
    const { targetInfos } = await this.send('Target.getTargets');
    const blank = targetInfos.find(({ type }: { type: string }) => type === 'page');
    const { targetId } = blank ?? (await this.send('Target.createTarget', { url: 'about:blank' }));
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId;
    this.frame = targetId; // The main frame has the id of its target.
    this.listener.mainFrame = targetId;
    this.stopListening = this.browser.devtools.listen((event) => this.onEvent(event));
    const domains = ['Page', 'Runtime', 'Inspector', 'Animation'];
    await Promise.all([
      ...domains.map((domain) => this.send(`${domain}.enable`)),
      this.send('Network.enable', KEEP_NO_ANSWERS),
    ]);
    await this.send('Emulation.setFocusEmulationEnabled', { enabled: true }); // Else a busy browser may not give it the focus.
    await this.send('Animation.setPlaybackRate', { playbackRate: 0 }); // Time is the script's to move.
    await this.send('Fetch.enable', { patterns: [{ resourceType: 'Media' }] }); // FFmpeg reads them.
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: this.options.script });
  }

  private onEvent(event: DevToolsEvent): void {
    const { method, params } = event;
    this.listener.onEvent(event);
    if (method === 'Page.loadEventFired') this.isLoading = false;
    if (method === 'Network.requestWillBeSent') this.noted += 1;
    if (method === 'Fetch.requestPaused') {
      const { requestId } = params;
      this.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }).catch(() => {});
    }
    if (method === 'Page.javascriptDialogOpening') {
      this.send('Page.handleJavaScriptDialog', { accept: true }).catch(() => {}); // It waits for nobody.
    }
    if (method === 'Inspector.targetCrashed')
      this.fail(new FilmgateError('WORKER_DIED', 'the page crashed; is memory short?'));
    if (method === 'Inspector.detached')
      this.fail(new FilmgateError('PAGE_FAILED', `the page was closed (${params.reason})`));
    const parent = this.options.canvas ? this.frame : undefined; // Of the page itself.
    if (method === 'Page.frameNavigated' && params.frame.parentId === parent && !this.isLoading)
      this.fail(new FilmgateError('PAGE_FAILED', `the page went away, to ${params.frame.url}`));
    if (method === 'Network.responseReceived' && this.isLoading && params.requestId === params.loaderId) {
      const { url, status } = params.response;
      if (status >= 400 && params.frameId === this.frame)
        this.fail(
          new FilmgateError('PAGE_FAILED', `${url} could not be loaded: the server answered ${status}`),
        );
    }
  }
}
