import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Cli, childrenOf, parseLines, runCli, startCli } from '../support/cli';
import { gone } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { decode } from '../support/video';

// Frame 25 is not there before it may go on; the two segments before it are complete by then.
const SCENE = `const { existsSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');
module.exports = {
  width: 64, height: 48, fps: 10, frames: 40, alpha: false,
  async paint(pixels, { index }) {
    pixels.fill(index * 6);
    while (index === 25 && !existsSync(__dirname + '/go')) await setTimeout(10);
  },
};`;

describe('an unfinished render', () => {
  const path = useFolder();
  let scene = '';
  let output = '';
  let running: Cli | undefined;

  beforeEach(() => {
    scene = path('scene.js');
    output = path('video.mp4');
    writeFileSync(scene, SCENE);
  });

  afterEach(() => void running?.child.kill('SIGKILL'));

  const begin = (...args: string[]): Cli => {
    running = startCli([...rendering(), ...args, '--progress-format', 'ndjson', '--progress-fd', '3'], {
      more: ['pipe'],
    });
    return running;
  };
  const rendering = () => ['render', scene, '-o', output, '--workers', '2', '--window', '6'];
  const go = () => writeFileSync(path('go'), '');
  const left = () => readdirSync(path()).filter((name) => name !== 'scene.js' && name !== 'go');
  const workDirectory = () => readdirSync(path('.video.mp4.filmgate')).sort();
  const say = async (command: 'status' | 'clean', ...args: string[]) => {
    const { code, stdout, stderr } = await runCli([command, output, ...args]);
    return { code, stderr, lines: stdout.split('\n').slice(0, -1) };
  };
  const status = async () => {
    const { code, stdout, stderr } = await runCli(['status', output, '--json']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  /** A render in segments, the first two of which are verified. */
  async function halfway(): Promise<Cli> {
    const cli = begin('--segment', '10f');
    await cli.said(/"segmentVerified","segment":0/);
    await cli.said(/"segmentVerified","segment":1/);
    return cli;
  }

  /** Ends it with SIGKILL, and waits until its FFmpegs have gone. */
  async function kill({ child, ended }: Cli): Promise<void> {
    const children = childrenOf(child.pid as number);
    child.kill('SIGKILL');
    await ended;
    await Promise.all(children.map(gone));
  }

  async function expectWhole(): Promise<void> {
    expect(left()).to.deep.equal(['video.mp4']);
    const { frames } = await decode(output);
    expect(frames).to.have.length(40);
    for (const [index, frame] of frames.entries()) expect(frame[0]).to.be.closeTo(index * 6, 3);
  }

  describe('that does not exist', () => {
    it('is reported so by status', async () => {
      const lines = [`${output} does not exist`, 'no render is running', 'nothing to resume'];
      expect(await say('status')).to.deep.equal({ code: 0, stderr: '', lines });
      const said = { v: 1, output, exists: false, pid: null, unfinished: null };
      expect(await status()).to.deep.equal(said);
      writeFileSync(output, 'a video');
      expect((await say('status')).lines[0]).to.equal(`${output} exists`);
      expect(await status()).to.deep.equal({ ...said, exists: true });
    });

    it('is reported so by clean, which leaves the video alone', async () => {
      writeFileSync(output, 'a video');
      const lines = [`Nothing to remove for ${output}.`];
      expect(await say('clean')).to.deep.equal({ code: 0, stderr: '', lines });
      expect(readFileSync(output, 'utf8')).to.equal('a video');
    });

    it('is reported so in a folder that does not exist; a missing argument is an error', async () => {
      expect((await runCli(['status', path('nowhere/video.mp4')])).code).to.equal(0);
      expect((await runCli(['clean', path('nowhere/video.mp4')])).code).to.equal(0);
      const ends = await Promise.all([
        runCli(['status']),
        runCli(['clean']),
        runCli(['status', output, 'x']),
      ]);
      expect(ends.map(({ code }) => code)).to.deep.equal([2, 2, 2]);
      expect(ends[0]?.stderr).to.match(/missing required argument 'output'/);
    });
  });

  describe('that is still running', () => {
    it('is reported by status, refused by clean, and not started twice', async () => {
      const cli = await halfway();
      const pid = cli.child.pid as number;
      const { code, lines } = await say('status');
      expect(code).to.equal(0);
      expect(lines[1]).to.equal(`process ${pid} is rendering it`);
      expect(lines[2]).to.match(/^so far: [23] of 4 segments \([23]0 of 40 frames\) verified, last updated /);
      expect(lines[3]).to.equal(`settings: ${scene}, 64x48, 10 fps, frames 0-39`);
      expect(lines).to.have.length(4); // Nobody can resume it now.
      expect(await status()).to.include({ exists: false, pid });

      const second = ['--resume', '--restart', '-y'].map((option) => runCli([...rendering(), option]));
      for (const end of [runCli(['clean', output]), ...second]) {
        const { code, stderr } = await end;
        expect(code).to.equal(4);
        expect(stderr)
          .to.include(`process ${pid}; wait for it, or name another output`)
          .and.match(/\(OUTPUT_BUSY\)\n$/);
      }
      go();
      expect((await cli.ended).code).to.equal(0);
      await expectWhole();
    });

    it('is reported by status without segments, too', async () => {
      const cli = begin();
      await cli.said(/"written":25,/);
      const pid = cli.child.pid as number;
      const lines = [`${output} does not exist`, `process ${pid} is rendering it`, 'nothing to resume'];
      expect((await say('status')).lines).to.deep.equal(lines);
      const { code, stderr } = await runCli([...rendering(), '-y']);
      expect(code).to.equal(4);
      expect(stderr).to.match(/\(OUTPUT_BUSY\)\n$/);
      go();
      expect((await cli.ended).code).to.equal(0);
      await expectWhole();
    });
  });

  describe('without segments that was killed with SIGKILL', () => {
    for (const [name, file] of [
      ['a file', 'video.mp4'],
      ['a sequence', 'frames/%03d.png'],
    ] as const) {
      it(`of ${name} is removed by the next render of the same output`, async () => {
        output = path(file);
        const cli = begin();
        await cli.said(/"written":25,/);
        await kill(cli);
        const folder = file === 'video.mp4' ? '.video.mp4.filmgate' : '.frames.filmgate';
        expect(left()).to.deep.equal([folder]);
        expect(readdirSync(path(folder))).to.include('lock');
        expect(await status()).to.include({ exists: false, pid: null, unfinished: null });
        go();
        const { code, stderr } = await runCli(rendering());
        expect(code, stderr).to.equal(0);
        expect(left()).to.deep.equal([file === 'video.mp4' ? 'video.mp4' : 'frames']);
        if (file === 'video.mp4') await expectWhole();
        else expect(readdirSync(path('frames'))).to.have.length(40);
      });
    }

    it('is removed by clean', async () => {
      const cli = begin();
      await cli.said(/"written":25,/);
      await kill(cli);
      expect((await say('clean')).lines).to.deep.equal([`Removed the unfinished render of ${output}.`]);
      expect(left()).to.deep.equal([]);
    });
  });

  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    describe(`in segments that was ended by ${signal}`, () => {
      beforeEach(async () => {
        const cli = await halfway();
        if (signal === 'SIGKILL') return kill(cli);
        cli.child.kill(signal);
        expect((await cli.ended).code).to.equal(130);
      });

      it('is reported by status as text and as JSON', async () => {
        const { code, lines } = await say('status');
        expect(code).to.equal(0);
        expect(lines.slice(0, 2)).to.deep.equal([`${output} does not exist`, 'no render is running']);
        expect(lines[2]).to.match(
          /^unfinished: [23] of 4 segments \([23]0 of 40 frames\) verified, last updated /,
        );
        expect(lines[3]).to.equal(`settings: ${scene}, 64x48, 10 fps, frames 0-39`);
        expect(lines[4]).to.equal('--resume continues it, filmgate clean removes it');
        const { unfinished, ...rest } = await status();
        expect(rest).to.deep.equal({ v: 1, output, exists: false, pid: null });
        expect(unfinished.segments).to.have.length(4);
        expect(
          unfinished.verified.slice(0, 2).map(({ segment }: { segment: number }) => segment),
        ).to.deep.equal([0, 1]);
        expect(unfinished).to.include({ folder: path('.video.mp4.filmgate') });
        expect(unfinished.settings).to.include({ scene, fps: '10' });
        expect(Number.isNaN(Date.parse(unfinished.changed))).to.equal(false);
      });

      it('is not discarded by a render without --restart', async () => {
        const before = workDirectory();
        const { code, stderr } = await runCli([...rendering(), '-y']);
        expect(code).to.equal(4);
        expect(stderr).to.match(/--resume.*--restart.*filmgate clean.*\(RENDER_UNFINISHED\)\n$/);
        expect(workDirectory()).to.deep.equal(before);
      });

      it('is discarded by --restart', async () => {
        go();
        const { code, stderr } = await runCli([...rendering(), '--restart']);
        expect(code, stderr).to.equal(0);
        expect(stderr).to.not.include('reused');
        await expectWhole();
      });

      it('is continued by --resume, which prints how many frames were reused', async () => {
        go();
        const { code, stderr } = await runCli([...rendering(), '--segment', '10f', '--resume']);
        expect(code, stderr).to.equal(0);
        expect(stderr).to.match(/^done .* 40 frames, .*, [23]0 frames reused\n$/);
        await expectWhole();
      });

      it('is removed by clean, which leaves an existing video alone', async () => {
        writeFileSync(output, 'an older one');
        expect((await say('clean')).lines).to.deep.equal([`Removed the unfinished render of ${output}.`]);
        expect(left()).to.deep.equal(['video.mp4']);
        expect(readFileSync(output, 'utf8')).to.equal('an older one');
        expect((await say('clean')).lines).to.deep.equal([`Nothing to remove for ${output}.`]);
      });

      it('with a damaged manifest is an error of status, and is removed by clean', async () => {
        const manifest = path('.video.mp4.filmgate/manifest.json');
        const text = readFileSync(manifest, 'utf8');
        const damages = [text.slice(0, 100), text.replace('"frames": "0-39"', '"frames": "0-38"'), ''];
        for (const damaged of damages) {
          expect(damaged).to.not.equal(text);
          writeFileSync(manifest, damaged);
          for (const args of [[], ['--json']]) {
            const { code, stderr, lines } = await say('status', ...args);
            expect({ code, lines }).to.deep.equal({ code: 4, lines: [] });
            expect(stderr)
              .to.include(manifest)
              .and.match(/filmgate clean removes it \(MANIFEST_INVALID\)\n$/);
          }
        }
        expect((await say('clean')).code).to.equal(0);
        expect(left()).to.deep.equal([]);
        expect(existsSync(scene)).to.equal(true);
      });
    });
  }

  it('reports verified segments to NDJSON', async () => {
    const cli = await halfway();
    go();
    const { code, fd3 } = await cli.ended;
    expect(code).to.equal(0);
    const verified = parseLines(fd3).filter(({ type }) => type === 'segmentVerified');
    expect(verified.map(({ segment }) => segment).sort()).to.deep.equal([0, 1, 2, 3]);
  });
});
