import { extname, resolve } from 'node:path';
import { fileOutput } from './file';
import { sequenceOutput } from './sequence';

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

/**
 * Checks that a video can be put at `path`, and plans how it gets there.
 *
 * @throws FilmgateError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `INVALID_OPTION`
 */
export async function planOutput(path: string, overwrite: boolean): Promise<Output> {
  const final = resolve(path);
  const isSequence = extname(final).toLowerCase() === '.png';
  const output = isSequence ? sequenceOutput(final, overwrite) : fileOutput(final, overwrite);
  await output.check();
  return output;
}
