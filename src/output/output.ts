import type { WorkDirectory } from './workDirectory';

/**
 * Where a video comes into being: in a folder of its own beside its final place, and moved there when it is
 * whole. Until then the final place holds what it held before.
 */
export interface Output {
  /** The folder in which it comes into being. */
  readonly workDirectory: WorkDirectory;
  /** What FFmpeg writes to. */
  readonly target: string;
  /** Checks that the video can be put in its place. Leaves nothing behind. */
  check(): Promise<void>;
  /**
   * Makes what FFmpeg needs to find there.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`, `RENDER_UNFINISHED`
   */
  begin(): void;
  /** Syncs the finished video, moves it to its place, and tells its size in bytes. */
  publish(): Promise<number>;
  /** Removes what has been written. */
  discard(): Promise<void>;
  /** The same at once, for a process that is exiting. */
  discardSync(): void;
}
