import { BehaviorSubject, type Observable } from 'rxjs';
import type { ChildExit, ChildProcess } from '../process/childProcess';
import { type EncodeProgress, ProgressReader } from './progressReader';
import { spawnFFmpeg } from './spawnFFmpeg';

/** How an FFmpeg process ended, and all that it left behind. */
export interface Exit extends ChildExit {
  /** Frames encoded, by its last progress report. */
  readonly frames: number;
}

/** A running FFmpeg: frames go in, progress and an exit come out. It says nothing of what they mean. */
export class FFmpegProcess {
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  /** When it last reported that it had encoded another frame, by `performance.now()`. */
  advancedAt = Number.NEGATIVE_INFINITY;
  private readonly child: ChildProcess;
  private readonly reports = new BehaviorSubject<EncodeProgress>({ frames: 0, bytes: 0 });
  private settleWrite: (taken: boolean) => void = () => {};
  private pipeError: Error | undefined;
  private gone = false;

  /** @throws FilmgateError `ENCODE_FAILED` when it cannot be started */
  constructor(path: string, args: readonly string[]) {
    this.child = spawnFFmpeg(path, args, ['pipe', 'ignore', 'pipe', 'pipe']);
    this.child.input(0).on('error', (error) => this.pipeBroke(error));
    const reader = new ProgressReader((report) => this.report(report));
    this.child.output(3).on('data', (chunk: Buffer) => reader.add(chunk));
    this.exited = this.child.exited.then((exit) => this.ended(exit));
  }

  /** What FFmpeg says of how far it is: the latest report at once, then each as it comes. Never completes. */
  get progress(): Observable<EncodeProgress> {
    return this.reports.asObservable();
  }

  /** Resolves `true` when FFmpeg's pipe has taken all bytes, `false` when FFmpeg is gone. One call at a time. */
  write(bytes: Uint8Array): Promise<boolean> {
    const stdin = this.child.input(0);
    return new Promise((resolve) => {
      if (this.gone) return resolve(false);
      this.settleWrite = resolve;
      // The callback is the drain: it comes when the bytes have left Node. It also comes, without an error, for bytes
      // that a destroyed pipe drops; those, and a broken pipe, are settled by the exit.
      stdin.write(bytes, (error) => !error && !stdin.destroyed && resolve(true));
    });
  }

  /** Tells FFmpeg that there are no more frames. */
  end(): void {
    this.child.input(0).end();
  }

  /** Ends FFmpeg: SIGTERM, a grace, SIGKILL. Settles when it is gone. */
  async stop(): Promise<void> {
    this.child.input(0).destroy();
    await this.child.stop();
    await this.exited;
  }

  /** Ends FFmpeg at once. */
  kill(): void {
    this.child.kill();
  }

  private ended(exit: ChildExit): Exit {
    this.gone = true;
    this.settleWrite(false);
    return { ...exit, frames: this.reports.value.frames, cause: this.pipeError ?? exit.cause };
  }

  private report(progress: EncodeProgress): void {
    if (progress.frames > this.reports.value.frames) this.advancedAt = performance.now();
    this.reports.next(progress);
  }

  private pipeBroke(error: Error): void {
    if (this.gone) return;
    this.pipeError ??= error;
    this.child.killSoon(); // The exit should follow by itself.
  }
}
