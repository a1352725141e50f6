import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilmgateError } from '../../errors';
import { type ChildExit, ChildProcess, describeExit, exitDetails } from '../../process/childProcess';
import { onProcessExit } from '../../process/exitHook';
import { DevTools } from './devtools';
import type { BrowserProgram } from './findBrowser';
import { missingLibraryIn } from './missingLibraries';

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
  '--autoplay-policy=no-user-gesture-required', // Else an AudioContext waits for a click.
  '--disable-gpu-compositing', // Else, without a GPU, some versions show a WebGL canvas late, or parts of old frames.
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
  '--window-size=1,1', // Nobody looks at the window, and each frame would be drawn into it as well.
];

/** One browser process, opened by its construction. It ends with {@link Browser.close}, or with this process. */
export class Browser {
  readonly devtools: DevTools;
  /** Settles when the process and its helpers are gone, with the reason; never rejects. */
  readonly ended: Promise<FilmgateError>;
  private readonly child: ChildProcess;
  private isClosing = false;

  constructor(
    private readonly program: BrowserProgram,
    scale: number,
  ) {
    const isShell = program.mode === 'beginframe';
    // A headless shell keeps no profile of its own accord; another browser would take the user's.
    const profile = isShell ? undefined : mkdtempSync(join(tmpdir(), 'filmgate-browser-'));
    const args = [
      ...ALWAYS,
      ...(isShell ? BEGIN_FRAME : []),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // The sandbox does not run for root.
      ...(scale === 1 ? [] : [`--force-device-scale-factor=${scale}`]),
      ...(profile ? [`--user-data-dir=${profile}`] : []),
      'about:blank',
    ];
    this.child = new ChildProcess(program.path, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: program.env,
      kind: 'browser',
      killsHelpers: true,
    });
    const forgetExit = onProcessExit(() => {
      this.child.kill(); // Before its profile is removed.
      removeProfile(profile);
    });
    this.devtools = new DevTools(this.child.input(3), this.child.output(4));
    this.ended = this.child.exited.then((exit) => {
      removeProfile(profile);
      forgetExit();
      const reason = this.reasonOf(exit);
      this.devtools.end(reason);
      return reason;
    });
  }

  /** Ends the browser and all its helpers. Idempotent; settles when they are gone. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.child.kill();
    await this.ended;
  }

  private reasonOf(exit: ChildExit): FilmgateError {
    if (this.isClosing) return new FilmgateError('CANCELLED', 'the browser was closed');
    const said = exit.stderr.split('\n').slice(-4).join('\n');
    const missing = missingLibraryIn(exit.stderr);
    const message = [
      `the browser ${this.program.path} ${describeExit(exit)}`,
      ...(said ? [`It said:\n${said}`] : []),
      ...(missing ? [`Install ${missing}`] : []),
    ];
    return new FilmgateError('WORKER_DIED', message.join('. '), exitDetails(exit));
  }
}

function removeProfile(folder: string | undefined): void {
  try {
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // It is in the temporary folder, and nobody has to fail for it.
  }
}
