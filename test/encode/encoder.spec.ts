import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Encoder, openEncoder } from '../../src/encode/encoder';
import type { OpenEncoderOptions } from '../../src/encode/planEncoder';
import type { ErrorCode } from '../../src/errors';
import { Watchdog } from '../../src/process/watchdog';
import { childOf, isAlive, pidOf, stop } from '../support/encoderProcess';
import { exitListeners } from '../support/exitListeners';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { settle } from '../support/settle';
import { encodeImage, paintIndex, SMALL } from '../support/video';

const FRAME = paintIndex(5);

describe('Encoder', () => {
  const path = useFolder();
  const listeners = () => exitListeners() - othersListeners;
  const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  let othersListeners = 0;
  let othersTimers = 0;

  beforeEach(async () => {
    othersListeners = exitListeners();
    await settle(); // From here on it has a timer of Mocha's, as a test has.
    othersTimers = timers();
  });

  function open(options: Partial<OpenEncoderOptions> = {}): Promise<Encoder> {
    const format = { pixels: 'rgba', ...SMALL } as const;
    return openEncoder({ output: path('video.mp4'), format, fps: 30, preset: 'ultrafast', ...options });
  }

  /** A hook that puts arguments before the target. */
  function adding(...more: string[]): (args: string[]) => string[] {
    return (args) => [...args.slice(0, -1), ...more, ...args.slice(-1)];
  }

  async function writeUntilGone(encoder: Encoder, frame: Uint8Array = FRAME): Promise<number> {
    let written = 0;
    while (await encoder.writeFrame(frame)) written += 1;
    return written;
  }

  /** Nothing is left of an encoder that failed: no file, no child, no listener, nothing that ticks. */
  function expectNothingLeft(encoder: Encoder): void {
    expect(readdirSync(path())).to.deep.equal([]);
    expect(isAlive(pidOf(encoder))).to.equal(false);
    expect(listeners()).to.equal(0);
    expect(timers()).to.equal(othersTimers);
  }

  async function expectDeath(
    encoder: Encoder,
    code: ErrorCode,
    ...words: (string | RegExp)[]
  ): Promise<void> {
    const error = await rejection(encoder.close(), code);
    for (const word of words) expect(error.message).to.match(new RegExp(word));
    expect(encoder.exitError).to.equal(error);
    expect(await encoder.writeFrame(FRAME)).to.equal(false);
    expectNothingLeft(encoder);
  }

  it('tells how FFmpeg ended well, and leaves the video alone', async () => {
    const encoder = await open();
    expect(encoder.exitStatus).to.equal(undefined);
    await encoder.writeFrame(FRAME);
    await encoder.close();
    expect(encoder.exitStatus).to.deep.equal({ code: 0, signal: null });
    expect(encoder.exitError).to.equal(undefined);
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    expect(isAlive(pidOf(encoder))).to.equal(false);
    expect(listeners()).to.equal(0);
    expect(timers()).to.equal(othersTimers);
  });

  it('reports progress, up to the last frame', async () => {
    const encoder = await open();
    const frames: number[] = [];
    encoder.progress.subscribe((progress) => frames.push(progress.frames));
    for (let frame = 0; frame < 12; frame += 1) await encoder.writeFrame(FRAME);
    const { bytes } = await encoder.close();
    expect(frames[0]).to.equal(0);
    expect(frames.at(-1)).to.equal(12);
    expect(frames).to.deep.equal(frames.toSorted((a, b) => a - b));
    expect(bytes).to.be.above(0);
  });

  it('adds no listeners for frames, however many there are', async () => {
    const encoder = await open({
      output: path('video.mkv'),
      format: { pixels: 'rgba', width: 16, height: 16 },
    });
    const count = () =>
      [childOf(encoder), ...childOf(encoder).stdio].map((emitter) =>
        emitter?.eventNames().map((name) => [name, emitter.listenerCount(name)]),
      );
    const frame = Buffer.alloc(16 * 16 * 4);
    await encoder.writeFrame(frame);
    const before = count();
    for (let written = 1; written < 10_000; written += 1) {
      expect(await encoder.writeFrame(frame)).to.equal(true);
    }
    expect(count()).to.deep.equal(before);
    expect(listeners()).to.equal(1);
    expect((await encoder.close()).frames).to.equal(10_000);
  });

  it('is destroyed where its block is left before it was closed', async () => {
    let encoder: Encoder | undefined;
    {
      await using opened = await open();
      encoder = opened;
      await encoder.writeFrame(FRAME);
    }
    expect(encoder.exitError).to.have.property('code', 'CANCELLED');
    expectNothingLeft(encoder);
  });

  it('is left alone where its block is left when it was closed, and waited for', async () => {
    let closing: ReturnType<Encoder['close']>;
    {
      await using encoder = await open();
      await encoder.writeFrame(FRAME);
      closing = encoder.close();
    }
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    expect((await closing).frames).to.equal(1);
  });

  describe('when FFmpeg dies', () => {
    it('killed at frame 40: says which signal, and after how many frames', async () => {
      const encoder = await open();
      for (let frame = 0; frame < 40; frame += 1) expect(await encoder.writeFrame(FRAME)).to.equal(true);
      process.kill(pidOf(encoder), 'SIGKILL');
      const failure = await encoder.failed;
      expect(failure.message).to.contain('SIGKILL').and.contain('40 frames');
      expect(encoder.exitStatus).to.deep.equal({ code: null, signal: 'SIGKILL' });
      expect(failure).to.include({ exitCode: null, signal: 'SIGKILL' });
      await expectDeath(encoder, 'ENCODE_FAILED', 'SIGKILL');
    });

    it('killed while a write is pending: the write answers false', async () => {
      const encoder = await open({ format: { pixels: 'rgba', width: 640, height: 480 } });
      process.kill(pidOf(encoder), 'SIGSTOP');
      const write = encoder.writeFrame(Buffer.alloc(640 * 480 * 4));
      process.kill(pidOf(encoder), 'SIGKILL');
      expect(await write).to.equal(false);
      await rejection(encoder.close(), 'ENCODE_FAILED');
      expectNothingLeft(encoder);
    });

    it('killed while it is being closed', async () => {
      const encoder = await open();
      await encoder.writeFrame(FRAME);
      process.kill(pidOf(encoder), 'SIGSTOP');
      const close = encoder.close();
      process.kill(pidOf(encoder), 'SIGKILL');
      await rejection(close, 'ENCODE_FAILED');
      expectNothingLeft(encoder);
    });

    const starts: [string, Partial<OpenEncoderOptions>, RegExp][] = [
      ['an option that it does not know', { ffmpegArgs: adding('-nonsense', '1') }, /nonsense/],
      ['a bad value of an encoder option', { ffmpegArgs: adding('-profile:v', 'nonsense') }, /profile/],
      ['a pixel format that it does not know', { pixelFormat: 'nonsense' }, /nonsense/],
      [
        'a target it cannot write to',
        { ffmpegArgs: (args) => [...args.slice(0, -1), '/nowhere/v.mp4'] },
        /nowhere/,
      ],
    ];
    for (const [name, options, words] of starts) {
      it(`at its start, of ${name}: FFmpeg's own words`, async () => {
        const encoder = await open(options);
        await writeUntilGone(encoder);
        expect((await encoder.failed).message).to.match(words);
        expect(encoder.exitStatus?.code).to.be.above(0);
        await expectDeath(encoder, 'ENCODE_FAILED', 'FFmpeg said', words);
      });
    }

    it('before its start, of an argument that no program can be given: leaves nothing', async () => {
      const { message } = await rejection(open({ ffmpegArgs: adding('a\0b') }), 'ENCODE_FAILED');
      expect(message).to.match(/could not be started: .*null bytes/);
      expect(readdirSync(path())).to.deep.equal([]);
      expect(listeners()).to.equal(0);
    });

    it('when it ends by itself with exit code 0, it has not made the video', async () => {
      const encoder = await open({ ffmpegArgs: adding('-frames:v', '10') });
      expect(await writeUntilGone(encoder)).to.be.at.least(10);
      expect(encoder.exitStatus).to.deep.equal({ code: 0, signal: null });
      await expectDeath(encoder, 'ENCODE_FAILED', 'stopped by itself after 10 frames');
    });

    it('when it ends by itself after it has been given everything, frames are lost', async () => {
      const encoder = await open({ ffmpegArgs: adding('-frames:v', '10') });
      process.kill(pidOf(encoder), 'SIGSTOP'); // So that all 11 frames are in the pipe before it can stop.
      for (let frame = 0; frame < 11; frame += 1) expect(await encoder.writeFrame(FRAME)).to.equal(true);
      const close = encoder.close();
      process.kill(pidOf(encoder), 'SIGCONT');
      const { code, message } = await rejectionOf(close);
      expect(code, message).to.be.oneOf(['FRAMES_LOST', 'ENCODE_FAILED']); // By what is left in the pipe.
      expect(message).to.contain('10');
      expectNothingLeft(encoder);
    });

    it('while it stands still: destroy ends it', async () => {
      const encoder = await open();
      process.kill(pidOf(encoder), 'SIGSTOP');
      await encoder.writeFrame(FRAME);
      await encoder.destroy();
      await expectDeath(encoder, 'CANCELLED');
    });

    it('destroy while it is being closed', async () => {
      const encoder = await open();
      await encoder.writeFrame(FRAME);
      process.kill(pidOf(encoder), 'SIGSTOP');
      const close = rejection(encoder.close(), 'CANCELLED');
      await encoder.destroy();
      await close;
      expectNothingLeft(encoder);
    });
  });

  describe('when FFmpeg stands still', () => {
    const LARGE = { width: 512, height: 384 }; // Larger than a pipe holds: its write pends.
    const large = { pixels: 'rgba', ...LARGE } as const;
    const largeFrame = Buffer.alloc(LARGE.width * LARGE.height * 4);

    /** Lets time pass by the clock that encoders go by. */
    const pass = (seconds: number) =>
      new Promise<void>((resolve) => {
        const watchdog = new Watchdog();
        watchdog.start(seconds, () => {
          watchdog.dispose();
          resolve();
        });
      });

    async function expectStall(encoder: Encoder, says: RegExp): Promise<void> {
      const error = await rejection(encoder.close(), 'ENCODER_STALLED');
      expect(error.message).to.match(says);
      expect(encoder.exitError).to.equal(error);
      expect(encoder.exitStatus).to.deep.equal({ code: null, signal: 'SIGKILL' });
      expectNothingLeft(encoder);
    }

    it('with a frame to take: says so with the seconds, and leaves nothing', async () => {
      const encoder = await open({ format: large, encoderTimeout: 2 });
      for (let frame = 0; frame < 3; frame += 1) await encoder.writeFrame(largeFrame);
      await stop(pidOf(encoder));
      expect(await encoder.writeFrame(largeFrame)).to.equal(false);
      expect((await encoder.failed).code).to.equal('ENCODER_STALLED');
      const says = /^FFmpeg made no progress for 2 s while reading a frame \(3 frames written\)$/;
      await expectStall(encoder, says);
    });

    it('from its start on', async () => {
      const encoder = await open({ format: large, encoderTimeout: 0.3 });
      await stop(pidOf(encoder));
      expect(await encoder.writeFrame(largeFrame)).to.equal(false);
      await expectStall(encoder, /0 frames written/);
    });

    it('while it finishes the video', async () => {
      const encoder = await open({ encoderTimeout: 0.5 });
      await stop(pidOf(encoder));
      await encoder.writeFrame(FRAME);
      const says = /^FFmpeg made no progress for 0\.5 s while finishing the video \(1 frame written\)$/;
      await expectStall(encoder, says);
    });

    it('while it finishes the video, having taken the last frame after it was told so', async () => {
      const encoder = await open({ encoderTimeout: 0.5 });
      await stop(pidOf(encoder));
      const write = encoder.writeFrame(FRAME);
      const close = rejection(encoder.close(), 'ENCODER_STALLED');
      expect(await write).to.equal(true);
      await close;
      expectNothingLeft(encoder);
    });

    it('with nothing to do, it is not blamed, and goes on', async () => {
      const encoder = await open({ encoderTimeout: 2 });
      await encoder.writeFrame(FRAME);
      await stop(pidOf(encoder));
      await pass(3);
      expect(encoder.exitError).to.equal(undefined);
      process.kill(pidOf(encoder), 'SIGCONT');
      expect((await encoder.close()).frames).to.equal(1);
    });

    it('is not blamed for a frame that takes long, as long as it writes', async () => {
      const encoder = await open({ format: large, encoderTimeout: 2 });
      await stop(pidOf(encoder));
      const write = encoder.writeFrame(largeFrame);
      const target = path('.video.mp4.filmgate/video.mp4');
      const writing = setInterval(() => {
        writeFileSync(target, '', { flag: 'a' });
        utimesSync(target, new Date(), new Date());
      }, 20);
      await pass(5);
      clearInterval(writing);
      process.kill(pidOf(encoder), 'SIGCONT');
      expect(await write).to.equal(true);
      expect((await encoder.close()).frames).to.equal(1);
    });

    it('is not blamed for an end that takes long, as long as it encodes', async () => {
      const ffmpegArgs = (args: string[]) => args.flatMap((arg) => (arg === '-i' ? ['-re', arg] : arg));
      // Of many files, none is looked at.
      const output = path('frames/%d.png');
      const encoder = await openEncoder({
        ...{ output, format: { pixels: 'rgba', ...SMALL }, fps: 4 },
        ...{ encoderTimeout: 2, ffmpegArgs },
      });
      for (let frame = 0; frame < 16; frame += 1) await encoder.writeFrame(FRAME);
      expect((await encoder.close()).frames).to.equal(16); // `-re` has it take four seconds.
    });

    it('for no time at all, or for ever, is no limit', async () => {
      for (const encoderTimeout of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        const { message } = await rejection(open({ encoderTimeout }), 'INVALID_OPTION');
        expect(message).to.contain('encoderTimeout').and.contain(String(encoderTimeout));
      }
      expect(readdirSync(path())).to.deep.equal([]);
    });
  });

  describe('what FFmpeg would call a success is not one', () => {
    it('of no frames at all', async () => {
      const encoder = await open();
      await rejection(encoder.close(), 'ENCODE_FAILED');
      expectNothingLeft(encoder);
    });

    it('of half a frame', async () => {
      // FFmpeg is told that frames are twice as high as those that come.
      const ffmpegArgs = (args: string[]) => args.map((arg) => (arg === '64x48' ? '64x96' : arg));
      const encoder = await open({ ffmpegArgs });
      for (let frame = 0; frame < 5; frame += 1) await encoder.writeFrame(FRAME);
      await rejectionOf(encoder.close());
      expectNothingLeft(encoder);
    });

    for (const image of ['png', 'jpeg'] as const) {
      for (const [place, at] of [
        ['last', 3],
        ['middle', 1],
      ] as const) {
        it(`of a truncated ${image} in the ${place} place`, async () => {
          const whole = await encodeImage(FRAME, SMALL, image);
          const encoder = await open({ format: { image, ...SMALL } });
          for (let frame = 0; frame < 4; frame += 1) {
            const cut = frame === at ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
            if (!(await encoder.writeFrame(cut))) break;
          }
          await rejectionOf(encoder.close());
          expectNothingLeft(encoder);
        });
      }
    }

    it('of something that is no image', async () => {
      const encoder = await open({ format: { image: 'png', ...SMALL } });
      await encoder.writeFrame(Buffer.from('this is no PNG'));
      await rejectionOf(encoder.close());
      expectNothingLeft(encoder);
    });
  });
});

/** The error of a promise that must reject with one of ours. */
async function rejectionOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    () => undefined,
    (reason: { code: ErrorCode; message: string }) => reason,
  );
  expect(error?.code, String(error)).to.be.oneOf(['ENCODE_FAILED', 'FRAMES_LOST']);
  return error as { code: string; message: string };
}
