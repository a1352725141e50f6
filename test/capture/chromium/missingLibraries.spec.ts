import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { Browser } from '../../../src/capture/chromium/browser';
import { bundledShell } from '../../../src/capture/chromium/bundledShell';
import type { BrowserProgram } from '../../../src/capture/chromium/findBrowser';
import { missingLibraries, missingLibraryIn } from '../../../src/capture/chromium/missingLibraries';
import { useFolder } from '../../support/folder';

// A key and a certificate that nobody trusts, of no value: a browser has to look at one before it needs SQLite.
const LOCALHOST = readFileSync(join(__dirname, '../../fixtures/https/localhost.pem'));
const SQLITE = 'libsqlite3.so.9 (apt install libsqlite3-0, or dnf install sqlite-libs)';

describe('missingLibraryIn', () => {
  it('names the library that the linker did not find, and how to get it', () => {
    const said = (library: string) =>
      `[1125/003040.1:ERROR:nss_util.cc:225] Error initializing NSS: ${library}: cannot open shared object file: No such file or directory\n`;
    expect(missingLibraryIn(said('libsqlite3.so.9'))).to.equal(SQLITE);
    expect(missingLibraryIn(said('libgbm.so.1'))).to.equal('libgbm.so.1');
    expect(missingLibraryIn('out of memory')).to.equal(undefined);
  });
});

describe('a bundled browser on a machine without SQLite', function () {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  this.timeout(120_000);
  const path = useFolder();
  let program: BrowserProgram;

  /** Its certificates ask for a version of SQLite that no machine has. */
  beforeEach(async () => {
    const found = await bundledShell();
    if (!found) return expect.fail('the package @sparticuz/chromium is not installed');
    cpSync(join(found.path, '../lib'), path('lib'), { recursive: true });
    const softokn = readFileSync(path('lib/libsoftokn3.so'), 'latin1');
    writeFileSync(
      path('lib/libsoftokn3.so'),
      softokn.replace('libsqlite3.so.0', 'libsqlite3.so.9'),
      'latin1',
    );
    const env = { ...found.env, LD_LIBRARY_PATH: path('lib') };
    program = { ...found, env, from: 'the test', mode: 'beginframe' };
  });

  it('is told to lack it', async () => {
    expect(await missingLibraries(program)).to.deep.equal([SQLITE]);
    expect(await missingLibraries({ ...program, env: {} })).to.deep.equal([]);
    expect(await missingLibraries({ ...program, env: { LD_LIBRARY_PATH: path() } })).to.deep.equal([]);
  });

  it('says so when it dies for that at an https address', async () => {
    const server = createServer({ key: LOCALHOST, cert: LOCALHOST }, (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const browser = new Browser(program, 1);
    try {
      const { devtools } = browser;
      const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
      const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
      devtools.send('Page.navigate', { url }, sessionId).catch(() => {}); // The end says why.
      const { code, message, signal, stderr } = await browser.ended;
      expect(code).to.equal('WORKER_DIED');
      expect(message).to.contain('was killed by SIG').and.contain(`. Install ${SQLITE}`);
      expect(signal).to.match(/^SIG/);
      expect(stderr).to.contain('libsqlite3.so.9: cannot open shared object file');
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
