import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserProgram } from '../../src/chromium';

/** What the least that captures a page spends its time on, in milliseconds. */
export interface Spent {
  seek: number;
  /** From the order for a picture to the first byte of it. */
  capture: number;
  /** From there until the picture is whole, and decoded from the protocol's text. */
  transfer: number;
}

interface Answer {
  readonly text: string;
  /** When its first byte came. */
  readonly began: number;
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--remote-debugging-pipe', '--hide-scrollbars', '--mute-audio'],
  ...['--no-first-run', '--disable-extensions', '--force-color-profile=srgb', '--font-render-hinting=none'],
  ...['--deterministic-mode', '--enable-begin-frame-control', '--disable-new-content-rendering-timeout'],
  ...[
    '--run-all-compositor-stages-before-draw',
    '--disable-threaded-animation',
    '--disable-threaded-scrolling',
  ],
  ...['--disable-checker-imaging', '--disable-image-animation-resync', '--enable-surface-synchronization'],
];

/** A browser with one page and nothing of Filmgate: it seeks, and it takes BeginFrame screenshots. */
export class BareBrowser {
  readonly spent: Spent = { seek: 0, capture: 0, transfer: 0 };
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, (answer: Answer) => void>();
  private session: string | undefined;
  private lastId = 0;
  private ticks = 0;
  private chunks: Buffer[] = [];
  private began = 0;

  constructor({ path, env }: BrowserProgram) {
    this.child = spawn(path, [...FLAGS, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    (this.child.stdio[4] as Readable).on('data', (chunk: Buffer) => this.read(chunk));
  }

  /** Opens the page; for a page that answers to `window.filmgate` and needs nothing but its load event. */
  async open(url: string, size: { width: number; height: number }): Promise<void> {
    const { targetInfos } = await this.call('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }: { type: string }) => type === 'page');
    this.session = (await this.call('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    await this.call('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
    await this.call('Page.navigate', { url });
    const expression = "document.readyState === 'complete' && 'filmgate' in window";
    while (!(await this.call('Runtime.evaluate', { expression })).result.value) {
      await this.tick();
      await pause(5);
    }
  }

  async capture(seconds: number): Promise<Buffer> {
    const start = performance.now();
    await this.call('Runtime.evaluate', { expression: `filmgate.seek(${seconds})`, awaitPromise: true });
    const sought = performance.now();
    for (;;) {
      const { text, began } = await this.tick({ format: 'png', optimizeForSpeed: true });
      const { screenshotData } = JSON.parse(text).result;
      if (!screenshotData) continue; // The compositor had none.
      const picture = Buffer.from(screenshotData, 'base64');
      this.spent.seek += sought - start;
      this.spent.capture += began - sought;
      this.spent.transfer += performance.now() - began;
      return picture;
    }
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    process.kill(-(this.child.pid as number), 'SIGKILL');
    await exited;
  }

  private tick(screenshot?: object): Promise<Answer> {
    this.ticks += 1;
    const interval = 1000 / 60;
    const params = { frameTimeTicks: this.ticks * interval, interval, ...(screenshot ? { screenshot } : {}) };
    return this.ask('HeadlessExperimental.beginFrame', params);
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a method answers is the protocol's, and differs by method.
  private async call(method: string, params: object = {}): Promise<any> {
    const { error, result } = JSON.parse((await this.ask(method, params)).text);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  private ask(method: string, params: object): Promise<Answer> {
    this.lastId += 1;
    const id = this.lastId;
    const message = JSON.stringify({ id, method, params, sessionId: this.session });
    (this.child.stdio[3] as Writable).write(`${message}\0`);
    return new Promise((resolve) => this.pending.set(id, resolve));
  }

  private read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      if (this.chunks.length === 0) this.began = performance.now();
      this.chunks.push(chunk.subarray(start, end));
      this.receive(Buffer.concat(this.chunks).toString('latin1'));
      this.chunks = [];
      start = end + 1;
    }
    if (start === chunk.length) return;
    if (this.chunks.length === 0) this.began = performance.now();
    this.chunks.push(chunk.subarray(start));
  }

  private receive(text: string): void {
    const id = Number(/^\{"id":(\d+)/.exec(text)?.[1]);
    this.pending.get(id)?.({ text, began: this.began });
    this.pending.delete(id);
  }
}
