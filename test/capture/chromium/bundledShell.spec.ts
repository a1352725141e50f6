import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Browser } from '../../../src/capture/chromium/browser';
import { bundledShell } from '../../../src/capture/chromium/bundledShell';
import { copySources } from '../../support/copiedSources';
import { useEnvironment } from '../../support/environment';
import { useFolder } from '../../support/folder';
import { installShellPackage } from '../../support/shellPackage';

/** In the page: has text a width, and is there WebGL? */
const DRAW = `
  document.body.innerHTML = '<canvas></canvas><span style="font: 40px sans-serif">wide</span>';
  const width = document.querySelector('span').offsetWidth;
  const gl = document.querySelector('canvas').getContext('webgl');
  (width > 0 ? 'text' : 'no text') + ' and ' + (gl ? 'WebGL' : 'no WebGL');
`;

describe('bundledShell', function () {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  this.timeout(120_000);
  const path = useFolder();

  useEnvironment(() => ({
    XDG_CACHE_HOME: path('cache'),
    LD_LIBRARY_PATH: undefined,
    FONTCONFIG_FILE: undefined,
    FONTCONFIG_PATH: undefined,
  }));

  describe('of a package of the same shape', () => {
    function find(): ReturnType<typeof bundledShell> {
      copySources(path('src'), 'errors.ts', 'process', 'capture/chromium');
      return require(path('src/capture/chromium/bundledShell.js')).bundledShell();
    }

    it('is not there without the package', async () => {
      expect(await find()).to.equal(undefined);
      expect(existsSync(path('cache'))).to.equal(false);
    });

    it('is unpacked into a folder of that version, with libraries, fonts and fonts.conf', async () => {
      installShellPackage(path(), 'echo Chromium 1.0', '143.0.9');
      const found = await find();
      const folder = path('cache/filmgate/chromium-143.0.9');
      expect(found).to.include({ path: join(folder, 'chrome-headless-shell'), version: '1.0' });
      expect(readdirSync(folder, { recursive: true })).to.have.members([
        ...['chrome-headless-shell', 'libEGL.so', 'fonts.conf'],
        ...['lib', 'lib/libnss3.so', 'lib/libsoftokn3.so'],
        ...['fonts', 'fonts/Open_Sans', 'fonts/Open_Sans/Open.ttf'],
      ]);
      expect(statSync(join(folder, 'fonts/Open_Sans/Open.ttf')).size).to.equal(1000);
      expect(readFileSync(join(folder, 'fonts.conf'), 'utf8')).to.contain(
        '<dir prefix="relative">fonts</dir>',
      );
    });

    it('uses its own libraries where the machine lacks one', async () => {
      process.env.LD_LIBRARY_PATH = '/others';
      installShellPackage(path(), '[ "$LD_LIBRARY_PATH" != /others ] && echo Chromium 1.0');
      const { env } = (await find()) ?? {};
      expect(env?.LD_LIBRARY_PATH).to.equal(`${path('cache/filmgate/chromium-143.0.4/lib')}:/others`);
    });

    it('uses those of the machine where it has them', async () => {
      installShellPackage(path(), 'echo Chromium 1.0');
      expect((await find())?.env).to.not.have.property('LD_LIBRARY_PATH');
    });

    it('leaves the set-up of fonts to who has made one', async () => {
      process.env.FONTCONFIG_PATH = '/elsewhere';
      installShellPackage(path(), 'echo Chromium 1.0');
      expect((await find())?.env).to.not.have.property('FONTCONFIG_FILE');
    });

    it('does not keep what is cut short', async () => {
      installShellPackage(path(), 'echo Chromium 1.0');
      const archive = path('node_modules/@sparticuz/chromium/bin/fonts.tar.br');
      writeFileSync(archive, readFileSync(archive).subarray(0, 60));
      expect(await find().catch((reason) => reason)).to.be.instanceOf(Error);
      expect(readdirSync(path('cache/filmgate'))).to.deep.equal([]);
    });

    it('rejects when it runs neither way', async () => {
      installShellPackage(path(), 'echo no such loader >&2; exit 1');
      const error = await find().catch((reason) => reason);
      expect(error).to.have.property('message', 'it exited with code 1: no such loader');
    });
  });

  describe('of the real package', () => {
    it('renders text and WebGL with nothing but its own libraries and fonts', async () => {
      const found = await bundledShell();
      if (!found) return expect.fail('the package @sparticuz/chromium is not installed');
      const folder = join(found.path, '..');
      const LD_LIBRARY_PATH = join(folder, 'lib');
      const env = { LD_LIBRARY_PATH, FONTCONFIG_FILE: join(folder, 'fonts.conf') };

      const browser = new Browser({ ...found, env, from: 'the test', mode: 'screenshot' }, 1);
      try {
        const { devtools } = browser;
        const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
        const { result } = await devtools.send('Runtime.evaluate', { expression: DRAW }, sessionId);
        expect(result.value).to.equal('text and WebGL');
      } finally {
        await browser.close();
      }
      expect(found.version).to.match(/^143\./);
    });
  });
});
