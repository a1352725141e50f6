import type { FilmgateError } from '../errors';

/** What became of a finished video. */
export interface EncodeResult {
  /** Path of the video, or of a PNG sequence's first frame's pattern, as it was asked for. */
  readonly output: string;
  /** Frames in it: as many as were written, by the encoder's own count. */
  readonly frames: number;
  /** Its size, in bytes; of a PNG sequence, that of all its files. */
  readonly bytes: number;
}

/**
 * The port of encoding: takes frames one at a time, in order.
 *
 * Ending it well and ending it now are two things: `close` finishes the video, `destroy` leaves nothing of it. Both
 * are idempotent and return the same promise when called again.
 */
export interface FrameWriter {
  /**
   * Writes one frame. Resolves `true` when the encoder has taken all of it, and `false` when the encoder is gone;
   * it never hangs. No copy is made: leave the bytes alone until then, and reuse them after.
   *
   * Rejects with `WRITE_PENDING` while an earlier write is pending, and with `FRAME_SIZE` for a frame that is not of
   * the format: neither harms the video.
   */
  writeFrame(frame: Uint8Array): Promise<boolean>;
  /** Finishes the video, checks it, and puts it in its place. Rejects with why there is none. */
  close(): Promise<EncodeResult>;
  /** Ends the encoder now and removes what it has put out. Does nothing to a video that is finished. */
  destroy(): Promise<void>;
  /** Resolves with why, as soon as the encoder is gone before `close` was called; never after a good end. */
  readonly failed: Promise<FilmgateError>;
}
