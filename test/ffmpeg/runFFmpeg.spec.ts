import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { expect } from 'chai';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { type RunOptions, runFFmpeg } from '../../src/ffmpeg/runFFmpeg';
import { useClock } from '../support/clock';
import { gone, isAlive, stop } from '../support/encoderProcess';
import { exitListeners } from '../support/exitListeners';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { settle } from '../support/settle';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:r=30'];

describe('runFFmpeg', () => {
  const path = useFolder();
  const listeners = () => exitListeners() - othersListeners;
  let othersListeners = 0;

  beforeEach(() => {
    othersListeners = exitListeners();
  });

  async function run(args: readonly string[], options?: RunOptions): Promise<void> {
    const { path: ffmpeg } = await findFFmpeg();
    await runFFmpeg(ffmpeg, args, 'do its work', options);
  }

  /** A program in FFmpeg's place. Its process id is known when the script has called `ready`. */
  function instead(script: string): { readonly program: string; pid(): Promise<number> } {
    const program = path('ffmpeg');
    const ready = `ready() { echo $$ > '${program}.new'; mv '${program}.new' '${program}.pid'; }`;
    writeFileSync(program, `#!/bin/sh\n${ready}\n${script}\n`, { mode: 0o755 });
    return {
      program,
      async pid() {
        await appears(`${program}.pid`);
        return Number(readFileSync(`${program}.pid`, 'utf8'));
      },
    };
  }

  async function appears(file: string): Promise<void> {
    while (!existsSync(file)) await settle();
  }

  it('tells every line of its output', async () => {
    const lines: string[] = [];
    const args = [...SOURCE, '-frames:v', '300', '-f', 'framecrc', 'pipe:1'];
    await run(args, { onLine: (line) => lines.push(line), stallLimit: 20 });
    expect(lines.filter((line) => !line.startsWith('#')).length).to.equal(300);
    expect(listeners()).to.equal(0);
  });

  it('takes what is written for it, to the end', async () => {
    const raw = ['-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', '64x64', '-i', 'pipe:0'];
    const lines: string[] = [];
    await run([...raw, '-f', 'framecrc', 'pipe:1'], {
      onInput: async (input) => {
        for (let frame = 0; frame < 50; frame += 1) input.write(Buffer.alloc(64 * 64, frame));
      },
      onLine: (line) => lines.push(line),
    });
    expect(lines.filter((line) => !line.startsWith('#')).length).to.equal(50);
    expect(listeners()).to.equal(0);
  });

  it('ends with what is wrong where nothing more can be written for it', async () => {
    const { program, pid } = instead('ready; exec cat');
    const failure = new Error('the page went away');
    const onInput = async () => {
      await pid();
      throw failure;
    };
    const thrown = await runFFmpeg(program, [], 'do its work', { onInput }).catch((error) => error);
    expect(thrown).to.equal(failure);
    expect(isAlive(await pid())).to.equal(false);
  });

  it('says why it ended before it had taken all that was written for it', async () => {
    const { program } = instead('exit 3');
    const onInput = async (input: Writable) => void input.write(Buffer.alloc(1e6));
    const failed = runFFmpeg(program, [], 'do its work', { onInput });
    expect((await rejection(failed, 'ENCODE_FAILED')).exitCode).to.equal(3);
  });

  it('says in its own words why it failed', async () => {
    const error = await rejection(run(['-i', path('nothing.mp4'), '-f', 'null', '-']), 'ENCODE_FAILED');
    expect(error.message).to.match(/^FFmpeg could not do its work: it exited with code \d+\./);
    expect(error.message).to.contain('nothing.mp4').and.contain('No such file or directory');
    expect(error.exitCode).to.be.above(0);
    expect(error.signal).to.equal(null);
    expect(error.stderr).to.contain('No such file or directory');
    expect(listeners()).to.equal(0);
  });

  it('says which signal killed it', async () => {
    const { program, pid } = instead('ready; exec sleep 60');
    const running = rejection(runFFmpeg(program, [], 'do its work'), 'ENCODE_FAILED');
    process.kill(await pid(), 'SIGTERM');
    const { message, exitCode, signal } = await running;
    expect(message).to.equal('FFmpeg could not do its work: it was killed by SIGTERM');
    expect({ exitCode, signal }).to.deep.equal({ exitCode: null, signal: 'SIGTERM' });
  });

  it('does not wait for what it has started, and what holds its output', async () => {
    const { program } = instead(`sleep 600 & echo $! > '${path('child')}'; exit 3`);
    await rejection(runFFmpeg(program, [], 'do its work'), 'ENCODE_FAILED');
    const child = Number(readFileSync(path('child'), 'utf8'));
    expect(isAlive(child)).to.equal(true);
    process.kill(child, 'SIGKILL');
  });

  it('says that the disk is full, whatever the exit code', async () => {
    if (process.platform === 'linux') {
      await rejection(run([...SOURCE, '-t', '9', '-f', 'matroska', '/dev/full']), 'DISK_FULL');
    }
    const { program } = instead("echo 'Error writing trailer: No space left on device' >&2");
    await rejection(runFFmpeg(program, [], 'do its work'), 'DISK_FULL');
  });

  it('fails when it cannot be started', async () => {
    await rejection(runFFmpeg(path('nowhere'), [], 'do its work'), 'ENCODE_FAILED');
    expect(listeners()).to.equal(0);
  });

  describe('when it is cancelled', () => {
    it('does not begin', async () => {
      await rejection(run(SOURCE, { signal: AbortSignal.abort() }), 'CANCELLED');
    });

    for (const [name, script] of [
      ['while it works', 'ready; while :; do echo frame=1 >&3; done'],
      ['although it ignores signals', "trap '' TERM INT; ready; while :; do :; done"],
      ['although it is stopped', 'ready; exec sleep 60'],
    ] as const) {
      it(`is killed ${name}`, async () => {
        const { program, pid } = instead(script);
        const cancel = new AbortController();
        const running = runFFmpeg(program, [], 'do its work', { signal: cancel.signal });
        const id = await pid();
        if (name.includes('stopped')) await stop(id);
        cancel.abort();
        expect((await rejection(running, 'CANCELLED')).message).to.contain('do its work');
        expect(isAlive(id)).to.equal(false);
        expect(listeners()).to.equal(0);
      });
    }

    it('is killed with what it has started itself', async () => {
      const { program, pid } = instead(`sleep 600 & echo $! > '${path('child')}'; ready; wait`);
      const cancel = new AbortController();
      const running = runFFmpeg(program, [], 'do its work', { signal: cancel.signal });
      await pid();
      cancel.abort();
      await rejection(running, 'CANCELLED');
      await gone(Number(readFileSync(path('child'), 'utf8')));
    });
  });

  describe('with a limit for how long it makes no progress', () => {
    const LIMIT = 60; // seconds
    const clock = useClock();

    async function expectStalled(script: string, options: RunOptions = {}): Promise<void> {
      const { program, pid } = instead(script);
      const running = runFFmpeg(program, [], 'do its work', { stallLimit: LIMIT, ...options });
      let isOver = false;
      const stalled = rejection(running, 'ENCODER_STALLED').finally(() => {
        isOver = true;
      });
      const id = await pid();
      while (!isOver) await clock.pass(LIMIT * 100);
      expect((await stalled).message).to.equal(
        `FFmpeg could not do its work: it made no progress for ${LIMIT} s`,
      );
      expect(isAlive(id)).to.equal(false);
    }

    it('is killed when it says nothing', () => expectStalled('ready; exec sleep 600'));

    it('is killed when it says nothing once it has its input', () =>
      expectStalled('ready; exec sleep 600', { onInput: async () => {} }));

    it('waits for its input for as long as that takes', async () => {
      const { program } = instead('ready; cat > /dev/null');
      const onInput = () => clock.pass(LIMIT * 10_000);
      await runFFmpeg(program, [], 'do its work', { stallLimit: LIMIT, onInput });
    });

    it('is killed when it is stopped', () => expectStalled('ready; kill -STOP $$'));

    it('is killed when it only reports that nothing happens, as FFmpeg 7 does', () =>
      expectStalled(
        'ready; while :; do printf "frame=3\\ntotal_size=9\\nspeed=0.1x\\nprogress=continue\\n" >&3; sleep 0.05; done',
      ));

    it('is killed when its file does not grow any more', async () => {
      const target = path('video.mp4');
      writeFileSync(target, 'begun');
      utimesSync(target, 0, 0);
      await expectStalled('ready; exec sleep 600', { target });
    });

    /** Lets a program do something 5 times, each at the end of most of the limit. It may take as long as it likes. */
    async function lives(work: string, options: RunOptions = {}): Promise<void> {
      const wait = (step: string) => `while [ ! -e '${path('go')}'${step} ]; do sleep 0.01; done`;
      const script = `for i in 1 2 3 4 5; do ${wait('$i')}; ${work}; : > '${path('done')}'$i; done`;
      const running = runFFmpeg(instead(script).program, [], 'do its work', {
        stallLimit: LIMIT,
        ...options,
      });
      for (let step = 1; step <= 5; step += 1) {
        await clock.pass(LIMIT * 900);
        writeFileSync(path(`go${step}`), '');
        await appears(path(`done${step}`));
        await settle(); // By now, what it has written is read.
      }
      await running;
    }

    it('goes on while it puts out lines', () => lives('echo $i'));

    it('goes on while its progress advances', () => lives('echo frame=$i >&3'));

    it('goes on while its file changes: an index is moved without a word', () =>
      lives(`echo more >> '${path('video.mp4')}'`, { target: path('video.mp4') }));
  });
});
