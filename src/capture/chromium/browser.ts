import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { FilmgateError } from '../../errors';
import { onProcessExit } from '../../process/exitHook';
import { StderrTail } from '../../process/stderrTail';
import { DevTools } from './devtools';
import type { BrowserProgram } from './findBrowser';

const ALWAYS = [
  '--headless',
  '--remote-debugging-pipe',
  '--hide-scrollbars',
  '--mute-audio',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--allow-pre-commit-input',
  '--enable-low-end-device-mode', // Else translateZ(0) makes a layer: see inPage/flat.ts.
];

/** What makes frames come only when they are begun, and each of them complete. */
const BEGIN_FRAME = [
  '--deterministic-mode',
  '--enable-begin-frame-control',
  '--disable-new-content-rendering-timeout',
  '--run-all-compositor-stages-before-draw',
  '--disable-threaded-animation',
  '--disable-threaded-scrolling',
  '--disable-checker-imaging',
  '--disable-image-animation-resync',
  '--enable-surface-synchronization',
  // Else a part of a tile is drawn anew, and edges that cross into it depend on which frame came before.
  '--disable-partial-raster',
  '--disable-gpu-compositing', // Else some versions show a WebGL canvas a frame too late, without a GPU.
  '--window-size=1,1', // Nobody looks at the window, and each frame would be drawn into it as well.
];

const GRACE = 1000; // ms for what was killed to be gone.

/** One browser process, opened by its construction. It ends with {@link Browser.close}, or with this process. */
export class Browser {
  readonly devtools: DevTools;
  /** Settles when the process and its helpers are gone, with the reason; never rejects. */
  readonly ended: Promise<FilmgateError>;
  private readonly child: ChildProcess;
  private readonly stderr = new StderrTail();
  private readonly profile: string | undefined;
  private readonly forgetExit: () => void;
  private isClosing = false;

  constructor(
    private readonly program: BrowserProgram,
    scale: number,
  ) {
    const isShell = program.mode === 'beginframe';
    // A headless shell keeps no profile of its own accord; another browser would take the user's.
    this.profile = isShell ? undefined : mkdtempSync(join(tmpdir(), 'filmgate-browser-'));
    const args = [
      ...ALWAYS,
      ...(isShell ? BEGIN_FRAME : []),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // The sandbox does not run for root.
      ...(scale === 1 ? [] : [`--force-device-scale-factor=${scale}`]),
      ...(this.profile ? [`--user-data-dir=${this.profile}`] : []),
      'about:blank',
    ];
    this.child = spawn(program.path, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32', // A group of its own: its helpers end with it.
      env: { ...process.env, ...program.env },
    });
    const [, , stderr, requests, answers] = this.child.stdio;
    (stderr as Readable).on('data', (chunk: Buffer) => this.stderr.add(chunk));
    this.devtools = new DevTools(requests as Writable, answers as Readable);
    this.ended = this.waitForEnd();
    this.forgetExit = onProcessExit(() => this.kill());
  }

  /** Ends the browser and all its helpers. Idempotent; settles when they are gone. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.kill();
    await this.ended;
  }

  private async waitForEnd(): Promise<FilmgateError> {
    const closed = once(this.child, 'close').catch(() => {}); // Its helpers hold its standard error.
    const how = await new Promise<string>((resolve) => {
      this.child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.child.once('exit', (code, signal) =>
        resolve(signal ? `was ended by ${signal}` : `exited with ${code}`),
      );
    });
    this.kill(); // What is left of its group.
    await Promise.race([closed, pause(GRACE, undefined, { ref: false })]);
    for (const stream of this.child.stdio) stream?.destroy();
    if (this.profile) rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    this.forgetExit();
    const reason = this.isClosing
      ? new FilmgateError('CANCELLED', 'the browser was closed')
      : new FilmgateError('WORKER_DIED', `the browser ${this.program.path} ${how}${this.lastWords()}`);
    this.devtools.end(reason);
    return reason;
  }

  private kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  private lastWords(): string {
    const lines = this.stderr.toString().split('\n').slice(-4).join('\n');
    return lines === '' ? '' : `. It said:\n${lines}`;
  }
}
