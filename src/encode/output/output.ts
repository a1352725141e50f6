/**
 * Where a video comes into being: beside its final place, under a name of its own, and moved there when it is
 * whole. Until then the final place holds what it held before.
 */
export interface Output {
  /** What FFmpeg writes to. */
  readonly target: string;
  /** Checks that the video can be put in its place. Leaves nothing behind. */
  check(): Promise<void>;
  /** Makes what FFmpeg needs to find there. */
  begin(): void;
  /** Syncs the finished video, moves it to its place, and tells its size in bytes. */
  publish(): Promise<number>;
  /** Removes what has been written. */
  discard(): Promise<void>;
  /** The same at once, for a process that is exiting. */
  discardSync(): void;
}
