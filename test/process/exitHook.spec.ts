import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { onProcessExit } from '../../src/process/exitHook';
import { gone, isAlive } from '../support/encoderProcess';
import { useFolder } from '../support/folder';

const SOURCE = join(__dirname, '../../src/encode/encoder');
const TS_NODE = require.resolve('ts-node/register/transpile-only');

describe('onProcessExit', () => {
  it('has one listener, however many hooks there are, and none when there is none', () => {
    const before = process.listenerCount('exit');
    const forget = Array.from({ length: 20 }, () => onProcessExit(() => {}));
    expect(process.listenerCount('exit')).to.equal(before + 1);
    for (const off of forget) off();
    for (const off of forget) off();
    expect(process.listenerCount('exit')).to.equal(before);
  });

  describe('when the process goes while it encodes', () => {
    const path = useFolder();

    /** Runs a process that opens an encoder, writes 5 frames, tells FFmpeg's process id, and goes this way. */
    async function run(output: string, end: string): Promise<{ child: ChildProcess; ffmpeg: number }> {
      const program = `
        const { openEncoder } = require(${JSON.stringify(SOURCE)});
        (async () => {
          const format = { pixels: 'rgba', width: 64, height: 48 };
          const output = ${JSON.stringify(output)};
          const encoder = await openEncoder({ output, overwrite: true, format, fps: 30, preset: 'ultrafast' });
          for (let frame = 0; frame < 5; frame++) await encoder.writeFrame(Buffer.alloc(64 * 48 * 4));
          console.log(encoder.process.child.pid);
          ${end}
        })();`;
      const child = spawn(process.execPath, ['-r', TS_NODE, '-e', program], {
        stdio: ['ignore', 'pipe', 'ignore'],
        cwd: join(__dirname, '../..'),
      });
      if (!child.stdout) throw new Error('no output');
      const [line] = await once(createInterface(child.stdout), 'line');
      return { child, ffmpeg: Number(line) };
    }

    async function exitOf(child: ChildProcess): Promise<number | null> {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.exitCode;
    }

    for (const [name, end] of [
      ['process.exit', 'process.exit(1);'],
      ['an error that nobody catches', "setImmediate(() => { throw new Error('uncaught'); });"],
      ['a rejection that nobody handles', "throw new Error('unhandled');"],
    ] as const) {
      it(`by ${name}: neither FFmpeg nor a partial file is left`, async () => {
        const { child, ffmpeg } = await run(path('video.mp4'), end);
        expect(await exitOf(child)).to.equal(1);
        await gone(ffmpeg);
        expect(readdirSync(path())).to.deep.equal([]);
      });
    }

    it('by SIGKILL: FFmpeg ends by itself, and the final path holds what it held', async () => {
      writeFileSync(path('video.mp4'), 'old');
      const { child, ffmpeg } = await run(path('video.mp4'), 'setInterval(() => {}, 1000);');
      expect(isAlive(ffmpeg)).to.equal(true);
      child.kill('SIGKILL');
      await exitOf(child);
      await gone(ffmpeg);
      expect(readFileSync(path('video.mp4'), 'utf8')).to.equal('old');
    });
  });
});
