import { realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename } from 'node:path';
import { FilmgateError, messageOf } from '../../errors';
import { isProgram } from '../../process/programs';
import { type BrowserCandidate, browserCandidates, type Machine, shellCandidates } from './browserCandidates';
import { bundledShell } from './bundledShell';
import { probeBrowser } from './probeBrowser';

/** How a browser is asked for pictures: frame by frame on our clock, or by screenshots of what it shows. */
export type BrowserMode = 'beginframe' | 'screenshot';

/** How a page is captured: by pictures of the browser, or, frame by frame too, by drawing it into a canvas. */
export type CaptureMode = BrowserMode | 'canvas';

/** A browser that was found. */
export interface BrowserProgram {
  /** Path of the program. */
  readonly path: string;
  /** Where it was found: the option, an environment variable, `PATH`, a cache, a package, or its usual place. */
  readonly from: string;
  /** What it can do best: only a headless shell on Linux lets frames be begun one by one. */
  readonly mode: BrowserMode;
  /** Its version, as it says it; unknown on Windows, where asking would open a window. */
  readonly version?: string;
  /** What it needs in its environment, beside what this process has in its own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The package that brings a browser: also what that browser is called where one is named. */
const SHELL_PACKAGE = '@sparticuz/chromium';

/**
 * Finds a browser: the option, the environment variable `FILMGATE_BROWSER`, a headless shell on `PATH` or in the caches
 * of Puppeteer and Playwright, the package `@sparticuz/chromium` (a headless shell for Linux x64, unpacked once), then
 * Chrome, Chromium or Edge. One that is named, by its path or as `@sparticuz/chromium`, must be a browser; of the others,
 * the first that runs is taken.
 *
 * @throws FilmgateError `BROWSER_NOT_FOUND`, `BROWSER_INVALID`; when aborted, whatever the signal's reason is
 */
export async function findBrowser(option?: string, signal?: AbortSignal): Promise<BrowserProgram> {
  const variable = process.env.FILMGATE_BROWSER;
  if (option) return inspectNamed({ path: option, from: 'the option browser' }, signal);
  if (variable) return inspectNamed({ path: variable, from: 'FILMGATE_BROWSER' }, signal);

  const machine: Machine = { platform: process.platform, env: process.env, home: homeFolder() };
  const failures: string[] = [];
  const shell = await firstThatRuns(shellCandidates(machine));
  if (shell) return shell;
  const bundled = await bundledShell().catch((error) => note(SHELL_PACKAGE, error));
  if (bundled) return { ...bundled, from: `the package ${SHELL_PACKAGE}`, mode: 'beginframe' };
  const usual = await firstThatRuns(browserCandidates(machine));
  if (usual) return usual;
  throw notFound(failures);

  async function firstThatRuns(places: readonly BrowserCandidate[]): Promise<BrowserProgram | undefined> {
    for (const place of places.filter(({ path }) => isProgram(path))) {
      const found = await inspect(place, signal).catch((error) => note(place.path, error));
      if (found) return found;
    }
    return undefined;
  }

  function note(what: string, error: unknown): undefined {
    signal?.throwIfAborted();
    failures.push(`${what}: ${messageOf(error)}`);
  }
}

async function inspectNamed(place: BrowserCandidate, signal?: AbortSignal): Promise<BrowserProgram> {
  const inspecting = place.path === SHELL_PACKAGE ? inspectPackage(place) : inspect(place, signal);
  return inspecting.catch((cause) => {
    signal?.throwIfAborted();
    const message = `${place.path} (from ${place.from}) is not a working browser: ${messageOf(cause)}`;
    throw new FilmgateError('BROWSER_INVALID', message, { cause });
  });
}

async function inspectPackage({ path, from }: BrowserCandidate): Promise<BrowserProgram> {
  const shell = await bundledShell();
  if (!shell)
    throw new Error(
      `it is not installed (npm install ${path}@143.0.4), or not for this machine: it is for Linux x64`,
    );
  return { ...shell, from, mode: 'beginframe' };
}

async function inspect({ path, from }: BrowserCandidate, signal?: AbortSignal): Promise<BrowserProgram> {
  const mode = modeOf(path);
  if (process.platform !== 'win32')
    return { path, from, mode, version: await probeBrowser(path, { signal }) };
  if (!isProgram(path)) throw new Error('there is no such program');
  return { path, from, mode };
}

/** Headless shells are known by their names: their versions read like those of other builds. */
function modeOf(path: string): BrowserMode {
  const isShell = [path, realPath(path)].some((name) => /headless[-_]shell/.test(basename(name)));
  return isShell && process.platform === 'linux' ? 'beginframe' : 'screenshot';
}

/** The user's folder. One who is not in the list of users, as in a container, may have none. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return tmpdir();
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function notFound(failures: readonly string[]): FilmgateError {
  const message =
    'no browser was found. There is none in the option browser, FILMGATE_BROWSER, chromium-headless-shell or ' +
    "chrome-headless-shell on PATH, Puppeteer's and Playwright's caches, the package @sparticuz/chromium, and no " +
    'Chrome, Chromium or Edge in its usual place. Install one (on Linux apt install chromium-headless-shell, npx ' +
    'playwright install chromium-headless-shell, or npm install @sparticuz/chromium@143.0.4; elsewhere Google Chrome), ' +
    'or name yours with FILMGATE_BROWSER';
  const seen = failures.length > 0 ? `. What was found does not run: ${failures.join('; ')}` : '';
  return new FilmgateError('BROWSER_NOT_FOUND', message + seen);
}
