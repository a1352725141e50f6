import type { SoundRun } from './sound';

/** One captured frame on its way to the encoder. */
export interface Frame {
  /** Place in the video, counted from 0. */
  readonly index: number;
  /** The frame's bytes, in the format that the source described. Left alone until the frame has drained. */
  readonly data: Uint8Array;
  /** What is heard at its time. Without it, nothing is. */
  readonly sound?: readonly SoundRun[];
}
