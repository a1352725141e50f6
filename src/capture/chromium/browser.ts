import { tmpdir } from 'node:os';
import { FilmgateError } from '../../errors';
import { type ChildExit, ChildProcess, describeExit, exitDetails } from '../../process/childProcess';
import { onProcessExit } from '../../process/exitHook';
import { DevTools } from './devtools';
import type { BrowserProgram } from './findBrowser';
import { missingLibraryIn } from './missingLibraries';
import { makeTemporaryFolder, removeFolder } from './temporaryFolder';

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

const LARGEST_UNTILED = 4096; // pixels: a picture of 3840x2160 is within.

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
  // Else an edge or a gradient is drawn anew at each border of a tile: a canvas has none. Larger layers have tiles still.
  `--max-untiled-layer-width=${LARGEST_UNTILED}`,
  `--max-untiled-layer-height=${LARGEST_UNTILED}`,
  '--enable-blink-features=CanvasDrawElement', // A page may be drawn into a canvas, and is compared in the same browser.
  '--window-size=1,1', // Nobody looks at the window, and each frame would be drawn into it as well.
];

/** One browser process, opened by its construction. It ends with {@link Browser.close}, or with this process. */
export class Browser {
  readonly devtools: DevTools;
  /** Settles when the process and its helpers are gone, with the reason; never rejects. */
  readonly ended: Promise<FilmgateError>;
  /** The folder of its profile, if it keeps one. */
  readonly profile: string | undefined;
  /** Frames that have been begun: its clock, which goes on when a page leaves it to another. */
  begun = 0;
  private readonly child: ChildProcess;
  private isClosing = false;

  constructor(
    private readonly program: BrowserProgram,
    scale: number,
    /** Where its profile is made, if frames may be drawn into a canvas, and written there. */
    canvasFolder?: string,
  ) {
    const isShell = program.mode === 'beginframe';
    // A headless shell keeps no profile of its own accord; another browser would take the user's.
    const profiles = canvasFolder ?? (isShell ? undefined : tmpdir());
    const profile = profiles && makeTemporaryFolder(profiles, 'browser');
    this.profile = profile;
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
      removeFolder(profile);
    });
    this.devtools = new DevTools(this.child.input(3), this.child.output(4));
    this.ended = this.child.exited.then((exit) => {
      removeFolder(profile);
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
