import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { type BrowserProgram, findBrowser } from '../../../src/capture/chromium/findBrowser';
import { copySources } from '../../support/copiedSources';
import { gone } from '../../support/encoderProcess';
import { setEnvironment, useEnvironment } from '../../support/environment';
import { useFolder } from '../../support/folder';
import { notPrograms } from '../../support/notPrograms';
import { rejection } from '../../support/rejection';
import { settle } from '../../support/settle';
import { installShellPackage } from '../../support/shellPackage';

describe('findBrowser', () => {
  const path = useFolder();
  const { PATH } = process.env;

  useEnvironment(() => ({
    PATH: path('bin'),
    HOME: path('home'),
    TMPDIR: path(),
    XDG_CACHE_HOME: undefined,
    FILMGATE_BROWSER: undefined,
    PUPPETEER_CACHE_DIR: undefined,
    PLAYWRIGHT_BROWSERS_PATH: undefined,
  }));

  /** Makes an executable script, and returns its path. */
  function script(name: string, body: string): string {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return path(name);
  }

  const browser = (name: string, version: string) => script(name, `echo Chromium ${version}`);

  it('takes the option before anything else', async () => {
    setEnvironment({ FILMGATE_BROWSER: browser('variable', '2.0') });
    browser('bin/chrome-headless-shell', '3.0');
    expect(await findBrowser(browser('option', '1.0'))).to.deep.equal({
      path: path('option'),
      from: 'the option browser',
      mode: 'screenshot',
      version: '1.0',
    });
  });

  it('then FILMGATE_BROWSER', async () => {
    setEnvironment({ FILMGATE_BROWSER: browser('variable', '2.0') });
    browser('bin/chrome-headless-shell', '3.0');
    expect(await findBrowser()).to.include({
      path: path('variable'),
      from: 'FILMGATE_BROWSER',
      version: '2.0',
    });
  });

  describe('in a project of its own', () => {
    const PUPPETEER =
      'home/.cache/puppeteer/chrome-headless-shell/linux-5.0/chrome-headless-shell-linux64/chrome-headless-shell';
    const PLAYWRIGHT = 'home/.cache/ms-playwright/chromium_headless_shell-6/chrome-linux/headless_shell';
    const places: [name: string, version: string, from: string, mode: string][] = [
      ['bin/chromium-headless-shell', '4.0', 'PATH', 'beginframe'],
      [PUPPETEER, '5.0', "Puppeteer's cache", 'beginframe'],
      [PLAYWRIGHT, '6.0', "Playwright's cache", 'beginframe'],
      ['package', '7.0', 'the package @sparticuz/chromium', 'beginframe'],
      ['bin/google-chrome', '8.0', 'PATH', 'screenshot'],
    ];

    function find(): Promise<BrowserProgram> {
      copySources(path('src'), 'errors.ts', 'process', 'capture/chromium');
      return require(path('src/capture/chromium/findBrowser.js')).findBrowser();
    }

    for (const [index, [name, version, from, mode]] of places.entries()) {
      it(`then ${from === 'PATH' ? name : from}`, async () => {
        if (process.platform !== 'linux' || process.arch !== 'x64') return;
        setEnvironment({ PATH: `${path('bin')}:${PATH?.includes('/nothing') ? '' : '/nothing'}` });
        for (const [place, says] of places.slice(index)) {
          if (place === 'package') installShellPackage(path(), `echo Chromium ${says}`);
          else browser(place, says);
        }
        expect(await find()).to.include({ version, from, mode });
        if (name !== 'package') expect(await find()).to.include({ path: path(name) });
      });
    }

    it('takes that of the package before others, if it is named', async () => {
      if (process.platform !== 'linux' || process.arch !== 'x64') return;
      browser('bin/chromium-headless-shell', '4.0');
      installShellPackage(path(), 'echo Chromium 7.0');
      setEnvironment({ FILMGATE_BROWSER: '@sparticuz/chromium' });
      expect(await find()).to.include({ version: '7.0', from: 'FILMGATE_BROWSER', mode: 'beginframe' });
    });

    it('says that a named package is not there', async () => {
      browser('bin/chromium-headless-shell', '4.0');
      setEnvironment({ FILMGATE_BROWSER: '@sparticuz/chromium' });
      const error = await find().catch((reason) => reason);
      expect(error).to.have.property('code', 'BROWSER_INVALID');
      expect(error.message)
        .to.contain('FILMGATE_BROWSER')
        .and.contain('npm install @sparticuz/chromium@143.0.4');
    });

    it('passes by what does not run', async () => {
      script('bin/chrome-headless-shell', 'echo libnss3.so is missing >&2; exit 127');
      script('bin/chromium-browser', 'echo this is installed by other means >&2; exit 1');
      mkdirSync(path('bin/google-chrome'));
      writeFileSync(path('bin/chromium'), 'not executable');
      browser('bin/microsoft-edge', '9.0');
      expect(await find()).to.include({ path: path('bin/microsoft-edge'), mode: 'screenshot' });
    });

    it('and else says how to get one, and what it saw', async () => {
      script('bin/chrome-headless-shell', 'echo libnss3.so is missing >&2; exit 127');
      installShellPackage(path(), 'echo no such loader >&2; exit 1');
      const error = await find().catch((reason) => reason);
      expect(error).to.have.property('code', 'BROWSER_NOT_FOUND');
      expect(error).to.have.property('kind', 'missing');
      const ways = ['the option', 'FILMGATE_BROWSER', 'chromium-headless-shell', 'Puppeteer', 'Playwright'];
      const more = [
        '@sparticuz/chromium',
        'Chrome, Chromium or Edge',
        'apt install',
        'libnss3.so is missing',
      ];
      for (const text of [...ways, ...more]) expect(error.message).to.contain(text);
    });
  });

  describe('begins frames only with a headless shell', () => {
    const linux = process.platform === 'linux' ? 'beginframe' : 'screenshot';
    const modes: [string, string][] = [
      ['chrome-headless-shell', linux],
      ['chromium-headless-shell', linux],
      ['headless_shell', linux],
      ['google-chrome', 'screenshot'],
      ['headless-shell/chrome', 'screenshot'],
    ];
    for (const [name, mode] of modes) {
      it(`${name}: ${mode}`, async () => {
        expect((await findBrowser(browser(name, '1.0'))).mode).to.equal(mode);
      });
    }

    it('also by way of a link', async () => {
      symlinkSync(browser('chrome-headless-shell', '1.0'), path('shell'));
      expect(await findBrowser(path('shell'))).to.include({ path: path('shell'), mode: linux });
    });
  });

  describe('refuses what is not a browser', () => {
    for (const [name, make] of notPrograms(path, script, 'echo Chromium 1.0')) {
      it(`${name}, from the option`, async () => {
        const given = make();
        const { message, kind } = await rejection(findBrowser(given), 'BROWSER_INVALID');
        expect(kind).to.equal('missing');
        expect(message).to.contain(given).and.to.contain('the option browser');
      });
    }

    it('and does not go on to the next place', async () => {
      browser('bin/chrome-headless-shell', '1.0');
      setEnvironment({ FILMGATE_BROWSER: path('nothing') });
      const { message } = await rejection(findBrowser(), 'BROWSER_INVALID');
      expect(message).to.contain('FILMGATE_BROWSER');
    });

    it('but asks again after it has been mended', async () => {
      const given = script('mended', 'exit 1');
      await rejection(findBrowser(given), 'BROWSER_INVALID');
      rmSync(given);
      browser('mended', '9.0');
      expect(await findBrowser(given)).to.include({ version: '9.0' });
    });
  });

  for (const [what, name] of [
    ['a browser that is named', undefined],
    ['one on the PATH', 'bin/chrome-headless-shell'],
  ] as const) {
    it(`gives up asking ${what} when it is told to`, async () => {
      const mute = script(name ?? 'mute', `echo $$ > '${path('pid')}'; exec /bin/sleep 100`);
      const stop = new AbortController();
      const finding = findBrowser(name ? undefined : mute, stop.signal).catch((error) => error);
      const pid = () => (existsSync(path('pid')) ? Number(readFileSync(path('pid'), 'utf8')) : 0);
      while (pid() === 0) await settle();
      stop.abort('enough');
      expect(await finding).to.equal('enough');
      await gone(pid());
    });
  }
});
