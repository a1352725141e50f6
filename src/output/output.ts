import type { WorkDirectory } from './workDirectory';

/**
 * Where a video is made: in a work directory beside its final path, and moved there when it is whole. Until then the
 * final path holds what it held before.
 */
export interface Output {
  /** The folder in which it is made. */
  readonly workDirectory: WorkDirectory;
  /** What FFmpeg writes to. */
  readonly target: string;
  /** Checks that the video can be published. Leaves nothing behind. */
  check(): Promise<void>;
  /**
   * Takes the work directory, and makes what FFmpeg needs to find there.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`, `RENDER_UNFINISHED`
   */
  begin(): void;
  /** Syncs the finished video, moves it to its final path, and returns its size in bytes. */
  publish(): Promise<number>;
  /** Removes what has been written. */
  discard(): Promise<void>;
  /** The same at once, for a process that is exiting. */
  discardSync(): void;
}
