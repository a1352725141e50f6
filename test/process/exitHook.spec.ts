import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { onProcessExit } from '../../src/process/exitHook';
import { compiledSources } from '../support/compiled';
import { gone, isAlive } from '../support/encoderProcess';
import { exitListeners } from '../support/exitListeners';
import { useFolder } from '../support/folder';
import { recordFFmpeg } from '../support/recordedFFmpeg';
import { decodeIndices } from '../support/video';

describe('onProcessExit', () => {
  it('has one listener, however many hooks there are, and none when there is none', () => {
    const before = exitListeners();
    const forget = Array.from({ length: 20 }, () => onProcessExit(() => {}));
    expect(exitListeners()).to.equal(before + 1);
    for (const off of forget) off();
    for (const off of forget) off();
    expect(exitListeners()).to.equal(before);
  });

  describe('when the process ends while it encodes', () => {
    const path = useFolder();
    const running: ChildProcess[] = [];
    before(compiledSources);

    afterEach(() => {
      for (const child of running.splice(0)) child.kill('SIGKILL');
    });

    /** Starts a process that does this with Filmgate, and waits until it has written its first line. */
    async function start(program: string): Promise<{ child: ChildProcess; line: string }> {
      const filmgate = JSON.stringify(join(compiledSources(), 'index.js'));
      const child = spawn(process.execPath, ['-e', `const filmgate = require(${filmgate});${program}`], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      running.push(child);
      const [line] = await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line');
      return { child, line };
    }

    /** The same for one that opens an encoder, writes 5 frames, tells FFmpeg's process id, and then does this. */
    async function encode(then: string, first = ''): Promise<{ child: ChildProcess; ffmpeg: number }> {
      const { child, line } = await start(`${first}
        (async () => {
          const format = { pixels: 'rgba', width: 64, height: 48 };
          const output = ${JSON.stringify(path('video.mp4'))};
          const encoder = await filmgate.openEncoder({ output, overwrite: true, format, fps: 30, preset: 'ultrafast' });
          for (let frame = 0; frame < 5; frame++) await encoder.writeFrame(Buffer.alloc(64 * 48 * 4));
          console.log(encoder.process.child.pid);
          ${then}
        })();`);
      return { child, ffmpeg: Number(line) };
    }

    async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.signalCode ?? child.exitCode;
    }

    for (const [name, end] of [
      ['process.exit', 'process.exit(1);'],
      ['an error that nobody catches', "setImmediate(() => { throw new Error('uncaught'); });"],
      ['a rejection that nobody handles', "throw new Error('unhandled');"],
    ] as const) {
      it(`leaves neither FFmpeg nor a partial file after ${name}`, async () => {
        const { child, ffmpeg } = await encode(end);
        expect(await exitOf(child)).to.equal(1);
        await gone(ffmpeg);
        expect(readdirSync(path())).to.deep.equal([]);
      });
    }

    it('leaves the output as it was, and no FFmpeg, after SIGKILL', async () => {
      writeFileSync(path('video.mp4'), 'old');
      const { child, ffmpeg } = await encode('setInterval(() => {}, 1000);');
      expect(isAlive(ffmpeg)).to.equal(true);
      child.kill('SIGKILL');
      await exitOf(child);
      await gone(ffmpeg);
      expect(readFileSync(path('video.mp4'), 'utf8')).to.equal('old');
    });

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`leaves neither FFmpeg nor a partial file after ${signal}, and ends by it`, async () => {
        const { child, ffmpeg } = await encode('setInterval(() => {}, 1000);');
        child.kill(signal);
        expect(await exitOf(child)).to.equal(signal);
        await gone(ffmpeg);
        expect(readdirSync(path())).to.deep.equal([]);
      });

      it(`leaves nothing of a render after ${signal}, and ends by it`, async () => {
        const ffmpeg = await recordFFmpeg(path('ffmpeg'));
        const { child } = await start(`
          const format = { pixels: 'rgba', width: 64, height: 48 };
          const capture = async () => Buffer.alloc(64 * 48 * 4);
          const source = filmgate.inline({ format, fps: 30, frames: 1e6, capture });
          filmgate.render({ source, output: ${JSON.stringify(path('out.mp4'))}, ffmpeg: ${JSON.stringify(ffmpeg.path)} })
            .subscribe((event) => event.type === 'written' && event.index === 20 && console.log('written'));`);
        expect(ffmpeg.alive()).to.have.lengthOf(1);
        child.kill(signal);
        expect(await exitOf(child)).to.equal(signal);
        for (const pid of ffmpeg.alive()) await gone(pid);
        expect(readdirSync(path())).to.deep.equal(['ffmpeg', 'ffmpeg.pids']);
      });
    }

    for (const listens of ['on', 'once']) {
      it(`leaves SIGINT to a program that listens to it (${listens}), and goes on encoding`, async () => {
        const { child } = await encode(
          `process.stdin.once('data', async () => {
            await encoder.writeFrame(Buffer.alloc(64 * 48 * 4));
            await encoder.close();
            process.exit(7);
          });`,
          `process.${listens}('SIGINT', () => console.log('heard'));`,
        );
        const heard = once(createInterface(child.stdout as NodeJS.ReadableStream), 'line');
        child.kill('SIGINT');
        expect(await heard).to.deep.equal(['heard']);
        child.stdin?.write('go on');
        expect(await exitOf(child)).to.equal(7);
        expect(readdirSync(path())).to.deep.equal(['video.mp4']);
        expect(await decodeIndices(path('video.mp4'))).to.have.lengthOf(6);
      });
    }
  });
});
