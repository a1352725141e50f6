import { readdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Cli, childrenOf, isRunning, parseLines, startCli } from '../support/cli';
import { gone } from '../support/encoderProcess';
import { useFolder } from '../support/folder';

describe('signals', () => {
  const path = useFolder();
  let running: Cli | undefined;

  // It says so when frame 20 is due, by which time FFmpeg runs, and never ends by itself.
  const SCENE = `const { writeSync } = require('node:fs');
  module.exports = {
    width: 64, height: 48, fps: 30, frames: 1000000, alpha: false,
    paint(pixels, { index }) {
      if (index === 20) writeSync(2, 'frame 20\\n');
    },
  };`;

  afterEach(() => void running?.child.kill('SIGKILL'));

  async function start(...args: string[]): Promise<{ cli: Cli; ffmpeg: number[] }> {
    writeFileSync(path('scene.js'), SCENE);
    const cli = startCli(['render', path('scene.js'), '-o', path('video.mp4'), '--window', '4', ...args], {
      more: ['pipe'],
    });
    running = cli;
    await cli.said(/frame 20/);
    const ffmpeg = childrenOf(cli.child.pid ?? 0);
    expect(ffmpeg).to.have.length(1);
    return { cli, ffmpeg };
  }

  function expectNothingLeft(ffmpeg: number[]): void {
    expect(ffmpeg.filter(isRunning)).to.deep.equal([]);
    expect(readdirSync(path())).to.deep.equal(['scene.js']);
  }

  const codes = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const;
  for (const [signal, exitCode] of codes) {
    it(`cancels on ${signal}, leaves nothing behind, and exits with ${exitCode}`, async () => {
      const { cli, ffmpeg } = await start();
      cli.child.kill(signal);
      const { code, stderr } = await cli.ended;
      expect(code).to.equal(exitCode);
      expect(stderr).to.match(/Cancelling….*\nfilmgate: the render was cancelled \(CANCELLED\)\n$/);
      expectNothingLeft(ffmpeg);
    });
  }

  it('writes one line to NDJSON when it is cancelled', async () => {
    const { cli, ffmpeg } = await start('--progress-format', 'ndjson', '--progress-fd', '3');
    cli.child.kill('SIGINT');
    const { code, fd3 } = await cli.ended;
    expect(code).to.equal(130);
    const ends = parseLines(fd3).filter(({ type }) => type !== 'progress');
    expect(ends).to.deep.equal([
      { v: 1, type: 'failed', code: 'CANCELLED', message: 'the render was cancelled' },
    ]);
    expectNothingLeft(ffmpeg);
  });

  it('stops immediately on the second signal, even if FFmpeg hangs, and leaves nothing behind', async () => {
    const { cli, ffmpeg } = await start();
    for (const pid of ffmpeg) process.kill(pid, 'SIGSTOP'); // So that it cannot be ended gently.
    cli.child.kill('SIGTERM');
    await cli.said(/Cancelling/);
    cli.child.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    expect(code).to.equal(130);
    expect(stderr).to.match(/stopped immediately by a second SIGINT \(CANCELLED\)\n$/);
    await Promise.all(ffmpeg.map(gone)); // It was killed without waiting for it.
    expectNothingLeft(ffmpeg);
  });
});
