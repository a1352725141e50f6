import { readdirSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { pathsOnPath } from '../../process/programs';

/** A machine as far as it tells where browsers are. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's folder. */
  readonly home: string;
}

/** A path where a browser may be, and what that place is called. */
export interface BrowserCandidate {
  readonly path: string;
  readonly from: string;
}

const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell'];
const FULL = [
  ...['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'],
  ...['microsoft-edge', 'microsoft-edge-stable'],
];

/** Where headless shells are: on `PATH`, then in the caches of Puppeteer and Playwright, the newest first. */
export function shellCandidates(machine: Machine): BrowserCandidate[] {
  return [...onPath(machine, SHELLS), ...puppeteerCache(machine), ...playwrightCache(machine)];
}

/** Where Chrome, Chromium and Edge are: on `PATH`, then where their installers put them. */
export function browserCandidates(machine: Machine): BrowserCandidate[] {
  const installed = { darwin: onMac, win32: onWindows }[machine.platform as string] ?? onLinux;
  const paths = installed(machine).map((path) => ({ path, from: 'its usual place' }));
  return [...onPath(machine, FULL), ...paths];
}

function onPath({ platform, env }: Machine, names: readonly string[]): BrowserCandidate[] {
  return names.flatMap((name) => pathsOnPath(name, platform, env)).map((path) => ({ path, from: 'PATH' }));
}

function puppeteerCache(machine: Machine): BrowserCandidate[] {
  const { join } = pathsOf(machine);
  const cache = machine.env.PUPPETEER_CACHE_DIR || join(machine.home, '.cache', 'puppeteer');
  const shells = join(cache, 'chrome-headless-shell');
  return newestFirst(shells).flatMap((build) =>
    programsIn(machine, join(shells, build), "Puppeteer's cache"),
  );
}

function playwrightCache(machine: Machine): BrowserCandidate[] {
  const { join } = pathsOf(machine);
  const cache = machine.env.PLAYWRIGHT_BROWSERS_PATH || join(userCache(machine), 'ms-playwright');
  return newestFirst(cache)
    .filter((name) => name.startsWith('chromium_headless_shell-'))
    .flatMap((build) => programsIn(machine, join(cache, build), "Playwright's cache"));
}

/** The folder for what programs can make again. */
export function userCache(machine: Machine): string {
  const { join } = pathsOf(machine);
  const { platform, env, home } = machine;
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  return env.XDG_CACHE_HOME || join(home, '.cache');
}

/** A build's folder holds one folder, named by the platform, which holds the program. */
function programsIn(machine: Machine, build: string, from: string): BrowserCandidate[] {
  const { join } = pathsOf(machine);
  return filesIn(build).flatMap((folder) =>
    SHELLS.map((name) => ({ path: join(build, folder, name + suffix(machine)), from })),
  );
}

function onLinux(): string[] {
  return ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium'];
}

function onMac({ home }: Machine): string[] {
  return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
    ['/Applications', `${home}/Applications`].map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`),
  );
}

function onWindows({ env }: Machine): string[] {
  const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((folder) => folder);
  const programs = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];
  return programs.flatMap((name) =>
    folders.map((folder) => {
      const program = name.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe';
      return `${folder}\\${name}\\Application\\${program}`;
    }),
  );
}

function newestFirst(folder: string): string[] {
  return filesIn(folder).sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // There is no such cache.
  }
}

function pathsOf({ platform }: Machine): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

function suffix({ platform }: Machine): string {
  return platform === 'win32' ? '.exe' : '';
}
