import { constants, setPriority } from 'node:os';
import { Subject } from 'rxjs';
import { spawnFFmpeg } from '../ffmpeg/spawnFFmpeg';
import type { DetailEvent } from '../frames/detailEvents';
import type { FrameFormat, FrameSize } from '../frames/format';
import type { Frame } from '../frames/frame';
import type { ChildProcess } from '../process/childProcess';
import { shrink, shrunkPixels, shrunkSize } from './shrink';

const LONGEST_SIDE = 480; // pixels
const INTERVALS = { raw: 500, image: 1000 }; // ms: a whole picture has to be decoded first.
const MOST_PENDING = 2; // FFmpeg's reader of pictures sees the end of one only when the next begins.
const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/**
 * Makes small pictures of a few of the frames that pass, on an FFmpeg of low priority. It takes what it can and drops
 * the rest: nobody ever waits for it, and a failure only means that there are no more pictures.
 */
export class Thumbnails {
  readonly events = new Subject<Extract<DetailEvent, { type: 'thumbnail' }>>();
  private readonly size: FrameSize;
  private readonly pending: number[] = [];
  private child: ChildProcess | undefined;
  private output: Buffer[] = [];
  private due = 0;
  private isOver = false;

  constructor(
    private readonly ffmpeg: string,
    private readonly format: FrameFormat,
  ) {
    this.size = shrunkSize(format, LONGEST_SIDE);
  }

  /** Looks at a frame that passes. It is only read before this returns, or else is a picture that nobody reuses. */
  offer({ index, data }: Frame): void {
    const now = performance.now();
    if (this.isOver || now < this.due || this.pending.length >= MOST_PENDING) return;
    this.due = now + ('image' in this.format ? INTERVALS.image : INTERVALS.raw);
    this.child ??= this.start();
    if (!this.child) return;
    this.pending.push(index);
    this.child.input(0).write('image' in this.format ? data : shrink(data, this.format, this.size));
  }

  /** Ends it. Idempotent; settles when FFmpeg is gone. */
  async close(): Promise<void> {
    this.isOver = true;
    this.child?.kill();
    await this.child?.exited;
    this.events.complete();
  }

  private start(): ChildProcess | undefined {
    try {
      const child = spawnFFmpeg(this.ffmpeg, this.arguments(), ['pipe', 'pipe', 'pipe']);
      child.input(0).on('error', () => {});
      child.output(1).on('data', (chunk: Buffer) => this.read(chunk));
      child.exited.then(() => {
        this.isOver = true;
      });
      lowerPriority(child);
      return child;
    } catch {
      this.isOver = true;
      return undefined;
    }
  }

  private arguments(): string[] {
    const { width, height } = this.size;
    const atOnce = ['-probesize', '32', '-analyzeduration', '0', '-threads', '1', '-framerate', '1'];
    const size = `${width}x${height}`;
    const input =
      'image' in this.format
        ? ['-f', `${this.format.image}_pipe`, '-i', 'pipe:0', '-vf', `scale=${size}:flags=area`]
        : [
            '-f',
            'rawvideo',
            '-pixel_format',
            shrunkPixels(this.format.pixels),
            '-video_size',
            size,
            '-i',
            'pipe:0',
          ];
    const output = ['-threads', '1', '-pix_fmt', 'yuvj420p', '-q:v', '6', '-flush_packets', '1'];
    return ['-v', 'error', ...atOnce, ...input, ...output, '-f', 'mjpeg', 'pipe:1'];
  }

  private read(chunk: Buffer): void {
    this.output.push(chunk);
    let all = Buffer.concat(this.output);
    for (let end = all.indexOf(END_OF_JPEG); end >= 0; end = all.indexOf(END_OF_JPEG)) {
      const index = this.pending.shift();
      const jpeg = all.toString('base64', 0, end + END_OF_JPEG.length);
      all = all.subarray(end + END_OF_JPEG.length);
      if (index !== undefined) this.events.next({ type: 'thumbnail', index, ...this.size, jpeg });
    }
    this.output = all.length > 0 ? [all] : [];
  }
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or that is not permitted here.
  }
}
