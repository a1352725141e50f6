import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { type RunOptions, runFFmpeg } from '../../src/ffmpeg/runFFmpeg';
import { gone, isAlive } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:r=30'];

describe('runFFmpeg', () => {
  const path = useFolder();
  const listeners = () => process.listenerCount('exit') - othersListeners;
  let othersListeners = 0;

  beforeEach(() => {
    othersListeners = process.listenerCount('exit');
  });

  async function run(args: readonly string[], options?: RunOptions): Promise<void> {
    const { path: ffmpeg } = await findFFmpeg();
    await runFFmpeg(ffmpeg, args, 'do its work', options);
  }

  /** A program in FFmpeg's place, which writes down its process id. */
  function instead(script: string): { readonly program: string; pid(): Promise<number> } {
    const program = path('ffmpeg');
    writeFileSync(program, `#!/bin/sh\necho $$ > '${program}.pid'\n${script}\n`, { mode: 0o755 });
    const read = () => Number(readFileSync(`${program}.pid`, { encoding: 'utf8', flag: 'a+' }));
    return {
      program,
      async pid() {
        while (read() === 0) await sleep(5);
        return read();
      },
    };
  }

  it('tells every line of its output', async () => {
    const lines: string[] = [];
    const args = [...SOURCE, '-frames:v', '300', '-f', 'framecrc', 'pipe:1'];
    await run(args, { onLine: (line) => lines.push(line), stallLimit: 20 });
    expect(lines.filter((line) => !line.startsWith('#')).length).to.equal(300);
    expect(listeners()).to.equal(0);
  });

  it('says in its own words why it failed', async () => {
    const error = await rejection(run(['-i', path('nothing.mp4'), '-f', 'null', '-']), 'ENCODE_FAILED');
    expect(error.message).to.match(/could not do its work \(exit code \d+\)/);
    expect(error.message).to.contain('nothing.mp4').and.contain('No such file or directory');
    expect(listeners()).to.equal(0);
  });

  it('says by what it was ended', async () => {
    const { program, pid } = instead('exec sleep 60');
    const running = rejection(runFFmpeg(program, [], 'do its work'), 'ENCODE_FAILED');
    process.kill(await pid(), 'SIGTERM');
    expect((await running).message).to.contain('SIGTERM');
  });

  it('says that the disk is full, whatever the exit code', async () => {
    if (process.platform === 'linux') {
      await rejection(run([...SOURCE, '-t', '9', '-f', 'matroska', '/dev/full']), 'DISK_FULL');
    }
    const { program } = instead("echo 'Error writing trailer: No space left on device' >&2");
    await rejection(runFFmpeg(program, [], 'do its work'), 'DISK_FULL');
  });

  it('cannot be started', async () => {
    await rejection(runFFmpeg(path('nowhere'), [], 'do its work'), 'ENCODE_FAILED');
    expect(listeners()).to.equal(0);
  });

  describe('cancelled', () => {
    it('before it has begun', async () => {
      await rejection(run(SOURCE, { signal: AbortSignal.abort() }), 'CANCELLED');
    });

    for (const [name, script] of [
      ['while it works', 'while :; do echo frame=1 >&3; done'],
      ['although it does not listen', "trap '' TERM INT; while :; do :; done"],
      ['although it is stopped', 'kill -STOP $$'],
    ] as const) {
      it(`${name}: at once, and it is gone`, async () => {
        const { program, pid } = instead(script);
        const cancel = new AbortController();
        const running = runFFmpeg(program, [], 'do its work', { signal: cancel.signal });
        const id = await pid();
        await sleep(50);
        const asked = performance.now();
        cancel.abort();
        expect((await rejection(running, 'CANCELLED')).message).to.contain('do its work');
        expect(performance.now() - asked).to.be.below(4000);
        expect(isAlive(id)).to.equal(false);
        expect(listeners()).to.equal(0);
      });
    }

    it('does not wait for what it has started itself', async () => {
      const { program, pid } = instead(`sleep 20 & echo $! > '${path('child')}'; wait`);
      const cancel = new AbortController();
      const running = runFFmpeg(program, [], 'do its work', { signal: cancel.signal });
      await pid();
      await sleep(100);
      cancel.abort();
      await rejection(running, 'CANCELLED');
      const child = Number(readFileSync(path('child'), 'utf8'));
      process.kill(child, 'SIGKILL');
      await gone(child);
    });
  });

  describe('stands still', () => {
    const limit = 0.5; // seconds
    const expectStalled = async (script: string, options: RunOptions = {}) => {
      const { program, pid } = instead(script);
      const running = runFFmpeg(program, [], 'do its work', { stallLimit: limit, ...options });
      const { message } = await rejection(running, 'ENCODER_STALLED');
      expect(message).to.contain('0.5 s').and.contain('do its work');
      expect(isAlive(await pid())).to.equal(false);
    };

    it('when it says nothing', () => expectStalled('exec sleep 60'));

    it('when it is stopped', () => expectStalled('kill -STOP $$'));

    it('when it only reports that nothing happens, as FFmpeg 7 does', () =>
      expectStalled(
        'while :; do printf "frame=3\\ntotal_size=9\\nspeed=0.1x\\nprogress=continue\\n" >&3; sleep 0.05; done',
      ));

    it('when its file does not grow any more', async () => {
      const target = path('video.mp4');
      writeFileSync(target, 'begun');
      await expectStalled('exec sleep 60', { target });
    });
  });

  describe('does not stand still', () => {
    const lasting = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do';
    const works = (script: string, options: RunOptions = {}) =>
      runFFmpeg(instead(script).program, [], 'do its work', { stallLimit: 1, ...options });

    it('while it puts out lines', () => works(`${lasting} echo $i; sleep 0.15; done`));

    it('while its progress advances', () => works(`${lasting} echo frame=$i >&3; sleep 0.15; done`));

    it('while its file changes: an index is moved without a word', async () => {
      const target = path('video.mp4');
      const growing = setInterval(() => appendFileSync(target, 'more'), 150);
      await works('sleep 1.8', { target }).finally(() => clearInterval(growing));
    });
  });
});
