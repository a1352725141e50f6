import { basename } from 'node:path';
import { FilmgateError } from '../errors';
import { runFFmpeg } from '../ffmpeg/runFFmpeg';
import type { FrameRate } from '../frames/rate';

/** What a file is to hold. */
export interface ExpectedVideo {
  /** Frames, at least 1. */
  readonly count: number;
  readonly fps: FrameRate;
  /** How long FFmpeg may stand still, in seconds. */
  readonly stallLimit?: number | undefined;
}

const REORDERED = 64; // frames: no encoder puts a frame further from its turn.

/**
 * Checks, without decoding, that a file holds exactly its frames, each at exactly its time: frame *k* at *k* ÷ rate from
 * the first, to what the container can say. Memory does not grow with the length.
 *
 * @throws FilmgateError `VIDEO_INVALID`, and what `runFFmpeg` rejects with
 */
export async function verifyVideo(
  ffmpeg: string,
  file: string,
  { count, fps, stallLimit }: ExpectedVideo,
  signal: AbortSignal,
): Promise<void> {
  const times = new PresentationTimes(fps);
  const args = ['-copyts', '-i', file, '-map', '0:v:0', '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
  const onLine = (line: string) => times.read(line);
  const invalid = (problem: string, cause?: unknown) =>
    new FilmgateError('VIDEO_INVALID', `${basename(file)} is not as it should be: ${problem}`, { cause });
  await runFFmpeg(ffmpeg, args, `check ${basename(file)}`, { signal, stallLimit, onLine }).catch((cause) => {
    throw cause.code === 'ENCODE_FAILED' ? invalid(cause.message, cause) : cause;
  });
  const problem = times.end(count);
  if (problem) throw invalid(problem);
}

/** Reads the lines of FFmpeg's `framecrc`, packets in decoding order, and holds few of them. */
export class PresentationTimes {
  private ahead: number[] = [];
  private tick: FrameRate = { numerator: 1, denominator: 1 }; // seconds
  private first: number | undefined;
  private seen = 0;
  private problem: string | undefined;

  constructor(private readonly fps: FrameRate) {}

  read(line: string): void {
    const timeBase = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (timeBase) this.tick = { numerator: Number(timeBase[1]), denominator: Number(timeBase[2]) };
    if (line === '' || line.startsWith('#')) return;
    const time = Number(line.split(',')[2]);
    const at = this.ahead.findLastIndex((earlier) => earlier <= time);
    this.ahead.splice(at + 1, 0, time);
    if (this.ahead.length > REORDERED) this.show();
  }

  /** What is wrong with the times, if anything is. */
  end(count: number): string | undefined {
    while (this.ahead.length > 0) this.show();
    const total = this.seen === count ? undefined : `it has ${this.seen} frames instead of ${count}`;
    return [total, this.problem].filter(Boolean).join('; ') || undefined;
  }

  private show(): void {
    const time = this.ahead.shift() as number;
    this.first ??= time;
    const { fps, tick } = this;
    const frame = (fps.denominator * tick.denominator) / (fps.numerator * tick.numerator); // ticks
    const slack = Number.isInteger(frame) ? 0.01 : 1.01; // Rounded to ticks, so are the frame's time and the first one's.
    const [shown, due] = [time - this.first, this.seen * frame];
    if (Math.abs(shown - due) > slack) {
      const seconds = (ticks: number) => `${((ticks * tick.numerator) / tick.denominator).toFixed(6)} s`;
      this.problem ??= `frame ${this.seen} is shown at ${seconds(shown)} instead of ${seconds(due)}`;
    }
    this.seen += 1;
  }
}
