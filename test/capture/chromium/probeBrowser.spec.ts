import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { probeBrowser } from '../../../src/capture/chromium/probeBrowser';
import { useFolder } from '../../support/folder';

describe('probeBrowser', () => {
  const path = useFolder();

  function program(body: string): string {
    writeFileSync(path('program'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return path('program');
  }

  const answers: [string, string][] = [
    ['Chromium 156.0.8078.79 built on Debian GNU/Linux 12', '156.0.8078.79'],
    ['Google Chrome 143.0.7499.110 ', '143.0.7499.110'],
    ['Google Chrome for Testing 131.0.6778.204 ', '131.0.6778.204'],
    ['Microsoft Edge 120.0.2210.91', '120.0.2210.91'],
    ['HeadlessChrome/143.0.7499.0', '143.0.7499.0'],
    ['HeadlessShell 99.0', '99.0'],
  ];
  for (const [said, version] of answers) {
    it(`reads ${JSON.stringify(said)}`, async () => {
      expect(await probeBrowser(program(`[ "$1" = --version ] && echo '${said}'`))).to.equal(version);
    });
  }

  const refused: [string, string, RegExp][] = [
    ['another program', 'echo ffmpeg version 5.1.6', /does not answer as a browser does/],
    ['a driver of browsers', 'echo ChromeDriver 131.0.6778.204', /does not answer as a browser does/],
    ['one that says nothing', 'exit 0', /does not answer as a browser does/],
    ['one that fails', 'echo Chromium 1.2; exit 3', /^it exited with code 3$/],
    [
      'one that says why',
      'echo first >&2; echo libnss3.so: no such file >&2; exit 127',
      /^it exited with code 127: libnss3.so: no such/,
    ],
  ];
  for (const [name, body, message] of refused) {
    it(`refuses ${name}`, async () => {
      const error = await probeBrowser(program(body)).catch((reason) => reason);
      expect(error).to.be.instanceOf(Error).with.property('message').that.matches(message);
    });
  }

  it('does not wait for ever', async () => {
    const error = await probeBrowser(program('exec sleep 60'), { limit: 300 }).catch((reason) => reason);
    expect(error).to.have.property('message', 'it gave no answer within 0.3 s');
  });

  it('hands on what the program needs in its environment', async () => {
    expect(await probeBrowser(program('echo "Chromium $OF"'), { env: { OF: '7.8' } })).to.equal('7.8');
  });
});
