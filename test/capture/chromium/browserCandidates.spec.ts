import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import {
  browserCandidates,
  type Machine,
  shellCandidates,
  userCache,
} from '../../../src/capture/chromium/browserCandidates';
import { useFolder } from '../../support/folder';

describe('browserPlaces', () => {
  const path = useFolder();
  const linux = (env: Machine['env'] = {}): Machine => ({ platform: 'linux', env, home: path('home') });
  const mac: Machine = { platform: 'darwin', env: { PATH: '/opt/bin' }, home: '/Users/me' };
  const windows: Machine = {
    platform: 'win32',
    env: {
      Path: 'C:\\one;C:\\two',
      PROGRAMFILES: 'C:\\Program Files',
      'PROGRAMFILES(X86)': 'C:\\Program Files (x86)',
      LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local',
    },
    home: 'C:\\Users\\me',
  };
  const paths = (places: { path: string }[]) => places.map((place) => place.path);

  it('looks for each headless shell in all of PATH, past empty entries', () => {
    expect(shellCandidates(linux({ PATH: '/one::/two' }))).to.deep.equal(
      ['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell'].flatMap((name) => [
        { path: `/one/${name}`, from: 'PATH' },
        { path: `/two/${name}`, from: 'PATH' },
      ]),
    );
  });

  it("looks in Puppeteer's cache, then in Playwright's, the newest version first", () => {
    const puppeteer = path('home/.cache/puppeteer/chrome-headless-shell');
    for (const version of ['9.0.1', '131.0.6778.204', '131.0.6778.85']) {
      mkdirSync(`${puppeteer}/linux-${version}/chrome-headless-shell-linux64`, { recursive: true });
    }
    const playwright = path('home/.cache/ms-playwright');
    for (const name of ['chromium_headless_shell-999', 'chromium_headless_shell-1187', 'chromium-1200']) {
      mkdirSync(`${playwright}/${name}/chrome-linux`, { recursive: true });
    }
    const found = shellCandidates(linux());
    expect([...new Set(paths(found).map(dirname))]).to.deep.equal([
      `${puppeteer}/linux-131.0.6778.204/chrome-headless-shell-linux64`,
      `${puppeteer}/linux-131.0.6778.85/chrome-headless-shell-linux64`,
      `${puppeteer}/linux-9.0.1/chrome-headless-shell-linux64`,
      `${playwright}/chromium_headless_shell-1187/chrome-linux`,
      `${playwright}/chromium_headless_shell-999/chrome-linux`,
    ]);
    expect(paths(found)).to.include.members([
      `${puppeteer}/linux-9.0.1/chrome-headless-shell-linux64/chrome-headless-shell`,
      `${playwright}/chromium_headless_shell-999/chrome-linux/headless_shell`,
    ]);
    expect(found[0]?.from).to.equal("Puppeteer's cache");
    expect(found.at(-1)?.from).to.equal("Playwright's cache");
  });

  it('honours where these caches are said to be', () => {
    mkdirSync(path('one/chrome-headless-shell/linux-1/chrome-headless-shell-linux64'), { recursive: true });
    mkdirSync(path('two/chromium_headless_shell-1/chrome-headless-shell-linux64'), { recursive: true });
    const env = { PUPPETEER_CACHE_DIR: path('one'), PLAYWRIGHT_BROWSERS_PATH: path('two') };
    expect(paths(shellCandidates(linux(env)))).to.include.members([
      path('one/chrome-headless-shell/linux-1/chrome-headless-shell-linux64/chrome-headless-shell'),
      path('two/chromium_headless_shell-1/chrome-headless-shell-linux64/chrome-headless-shell'),
    ]);
  });

  it('knows where installers put browsers on Linux', () => {
    const places = paths(browserCandidates(linux({ PATH: '/bin' })));
    expect(places[0]).to.equal('/bin/google-chrome');
    expect(places).to.include.members(['/bin/chromium', '/bin/microsoft-edge', '/opt/google/chrome/chrome']);
  });

  it('knows where installers put browsers on macOS', () => {
    expect(paths(browserCandidates(mac))).to.include.members([
      '/opt/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ]);
  });

  it('knows where installers put browsers on Windows', () => {
    expect(paths(browserCandidates(windows))).to.include.members([
      'C:\\two\\chrome.exe',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Users\\me\\AppData\\Local\\Chromium\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ]);
    expect(paths(shellCandidates(windows))).to.include('C:\\one\\chrome-headless-shell.exe');
  });

  it('knows where each system keeps what can be made again', () => {
    expect(userCache(linux())).to.equal(path('home/.cache'));
    expect(userCache(linux({ XDG_CACHE_HOME: '/cache' }))).to.equal('/cache');
    expect(userCache(mac)).to.equal('/Users/me/Library/Caches');
    expect(userCache(windows)).to.equal('C:\\Users\\me\\AppData\\Local');
  });
});
