import { statSync } from 'node:fs';
import type { Observable } from 'rxjs';
import { FilmgateError } from '../errors';
import { countFrames, exitError } from '../ffmpeg/exitError';
import { type Exit, FFmpegProcess } from '../ffmpeg/ffmpegProcess';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import { checkFrameBytes } from '../frames/format';
import type { Output } from '../output/output';
import { openOutput } from '../output/planOutput';
import type { ExitStatus } from '../process/childProcess';
import { onProcessExit } from '../process/exitHook';
import { Watchdog } from '../process/watchdog';
import type { EncodeResult, FrameWriter } from './frameWriter';
import { type EncoderJob, type OpenEncoderOptions, planOpenEncoder } from './planEncoder';
import { type FrameInput, RepeatingInput } from './repeatingInput';

/**
 * Starts an FFmpeg that encodes frames to a video: for those with a loop of their own.
 *
 *     const encoder = await openEncoder({ output, format: { pixels: 'rgba', width, height }, fps: 30 });
 *     for (const frame of frames) if (!(await encoder.writeFrame(frame))) break;
 *     const { frames, bytes } = await encoder.close(); // Rejects with why FFmpeg failed, if it did.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `ENCODER_MISSING`, `OUTPUT_EXISTS`,
 * `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`, `RENDER_UNFINISHED`. `close` rejects with `ENCODE_FAILED`, `ENCODER_STALLED`, `FRAMES_LOST`, `DISK_FULL`, `PUBLISH_FAILED`,
 * `CANCELLED`.
 */
export async function openEncoder(options: OpenEncoderOptions): Promise<Encoder> {
  const plan = await planOpenEncoder(options);
  return new Encoder(plan, openOutput(plan.output), options.output);
}

/**
 * One video in the making: an FFmpeg process, and the file that it writes beside the final path. With `await using`, it
 * is destroyed where its block is left before it was closed.
 */
export class Encoder implements FrameWriter, AsyncDisposable {
  /** Resolves with why, as soon as FFmpeg is gone before `close` was called; never after a good end. */
  readonly failed: Promise<FilmgateError>;
  private readonly process: FFmpegProcess;
  private readonly input: FrameInput;
  private readonly ended: Promise<void>;
  private readonly removeExitHook: () => void;
  private readonly watchdog = new Watchdog();
  private readonly limit: number;
  private exit: Exit | undefined;
  private error: FilmgateError | undefined;
  private framesWritten = 0;
  private isWriting = false;
  private closing: Promise<EncodeResult> | undefined;
  private destroying: Promise<void> | undefined;

  /** @internal Use {@link openEncoder}. */
  constructor(
    private readonly job: EncoderJob,
    private readonly output: Output,
    /** What the result names as the output. */
    private readonly path = output.target,
  ) {
    this.limit = job.encoderTimeout;
    output.begin();
    this.process = this.start();
    this.input = job.input.repeats ? new RepeatingInput(this.process, job.input) : this.process;
    this.removeExitHook = onProcessExit(() => {
      this.process.kill(); // Before what it writes to is removed.
      output.discardSync();
    });
    this.ended = this.process.exited.then((exit) => this.end(exit));
    this.failed = new Promise((resolve) => {
      this.ended.then(() => {
        if (this.error && !this.closing) resolve(this.error);
      });
    });
  }

  private start(): FFmpegProcess {
    const { ffmpeg, args } = this.job;
    try {
      return new FFmpegProcess(ffmpeg.path, args);
    } catch (error) {
      this.output.discardSync();
      throw error;
    }
  }

  /** How FFmpeg ended; undefined while it runs. */
  get exitStatus(): ExitStatus | undefined {
    return this.exit && { code: this.exit.code, signal: this.exit.signal };
  }

  /** Why there is no video; undefined while FFmpeg runs, and after a good end. */
  get exitError(): FilmgateError | undefined {
    return this.error;
  }

  /** How far FFmpeg is: its latest report at once, then each as it comes. Never completes. */
  get progress(): Observable<EncodeProgress> {
    return this.process.progress;
  }

  async writeFrame(frame: Uint8Array): Promise<boolean> {
    if (this.isWriting) {
      throw new FilmgateError(
        'WRITE_PENDING',
        'writeFrame was called before the last write was done; await it first',
      );
    }
    checkFrameBytes(this.job.input.format, frame.byteLength);
    if (this.closing || this.destroying) return false;
    this.isWriting = true;
    this.watchProgress('reading a frame');
    const taken = await this.input.write(frame);
    if (!this.closing) this.watchdog.stop(); // Or else it waits for the end of the video by now.
    this.isWriting = false;
    if (taken) this.framesWritten += 1;
    return taken;
  }

  close(): Promise<EncodeResult> {
    this.closing ??= this.finish();
    return this.closing;
  }

  destroy(): Promise<void> {
    this.destroying ??= this.abandon();
    return this.destroying;
  }

  /** Destroys it, unless it was closed: then waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.closing?.catch(() => {}) ?? this.destroy()); // Whoever closed it is told.
  }

  private async finish(): Promise<EncodeResult> {
    const { output, path } = this;
    this.input.end();
    this.watchProgress('finishing the video');
    await this.ended;
    if (this.error) throw this.error;
    try {
      return { output: path, frames: this.framesWritten, bytes: await output.publish() };
    } catch (error) {
      await output.discard();
      throw error;
    } finally {
      this.removeExitHook();
    }
  }

  /** FFmpeg has to make some progress within each limit: read a frame, encode one, or write. */
  private watchProgress(task: string): void {
    if (this.exit) return;
    this.watchdog.start(this.limit, () => {
      if (this.madeProgress(this.limit * 1000)) return this.watchProgress(task);
      const written = countFrames(this.framesWritten);
      const message = `FFmpeg made no progress for ${this.limit} s while ${task} (${written} written)`;
      this.error = new FilmgateError('ENCODER_STALLED', message);
      this.process.kill();
    });
  }

  private madeProgress(milliseconds: number): boolean {
    const { mtimeMs } = statSync(this.output.target, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    return Date.now() - mtimeMs < milliseconds || performance.now() - this.process.advancedAt < milliseconds;
  }

  private async abandon(): Promise<void> {
    await this.process.stop();
    await this.ended;
    await this.closing?.catch(() => {}); // A video that is being put in its place is let through.
  }

  private async end(exit: Exit): Promise<void> {
    this.exit = exit;
    this.watchdog.dispose();
    this.error ??= this.destroying
      ? new FilmgateError('CANCELLED', 'the encoder was destroyed before the video was complete')
      : exitError(exit, this.framesWritten, this.closing !== undefined, this.job.expectedFrames);
    if (!this.error) return;
    await this.output.discard().catch(() => {}); // The first cause is what the caller needs to know.
    this.removeExitHook();
  }
}
