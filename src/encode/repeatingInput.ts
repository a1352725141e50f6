import type { FFmpegProcess } from '../ffmpeg/ffmpegProcess';
import { type AviStream, aviHeader, frameHead } from './avi';

/** Where frames go into FFmpeg: what {@link FFmpegProcess} has for it. */
export type FrameInput = Pick<FFmpegProcess, 'write' | 'end'>;

const NO_BYTES = new Uint8Array();
const ROOM = 512; // bytes before a picture: for the stream's header, or the frames that were left out, and its own.
const LONGEST_GAP = 8; // frames: FFmpeg encodes none of them before it has seen the picture after them.

/**
 * Pictures on their way into FFmpeg. One that equals the last is left out, so that FFmpeg decodes and converts it
 * once; the `fps` filter behind that repeats it, as soon as another picture comes. So the last frame of all is never
 * left out.
 */
export class RepeatingInput implements FrameInput {
  /** What goes before the next picture: the stream's header, or the frames that were left out. */
  private due: Buffer[];
  /** A picture in our copy, for its owner may reuse the bytes; {@link ROOM} before it, and a zero behind. */
  private frame = Buffer.alloc(0);
  /** The picture that FFmpeg was given last. */
  private last: Buffer | undefined;

  constructor(
    private readonly input: FrameInput,
    stream: AviStream,
  ) {
    this.due = [aviHeader(stream)];
  }

  write(picture: Uint8Array): Promise<boolean> {
    const isRepeat = this.last?.equals(picture);
    if (!isRepeat || this.due.length >= LONGEST_GAP - 1) return this.send(picture);
    this.due.push(frameHead());
    return this.input.write(NO_BYTES); // Which tells whether FFmpeg is there.
  }

  end(): void {
    // A frame that was left out is due, and is the last one.
    if (this.last && this.due.pop()) this.send(this.last);
    this.input.end();
  }

  private send(picture: Uint8Array): Promise<boolean> {
    const bytes = picture.byteLength;
    const before = Buffer.concat([...this.due, frameHead(bytes)]);
    const end = ROOM + bytes;
    if (this.frame.length <= end) this.frame = Buffer.allocUnsafeSlow(end + 1);
    before.copy(this.frame, ROOM - before.length);
    this.frame.set(picture, ROOM);
    this.frame[end] = 0;
    this.due = [];
    this.last = this.frame.subarray(ROOM, end);
    return this.input.write(this.frame.subarray(ROOM - before.length, end + (bytes % 2)));
  }
}
