import { extname, resolve } from 'node:path';
import { fileOutput } from './fileOutput';
import type { Output } from './output';
import { sequenceOutput } from './sequenceOutput';

/**
 * Checks that a video can be put at `path`, and plans how it gets there.
 *
 * @throws FilmgateError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `OUTPUT_BUSY`, `RENDER_UNFINISHED`, `INVALID_OPTION`
 */
export async function planOutput(path: string, overwrite: boolean, restart = false): Promise<Output> {
  const final = resolve(path);
  const isSequence = extname(final).toLowerCase() === '.png';
  const output = isSequence ? sequenceOutput(final, overwrite) : fileOutput(final, overwrite, restart);
  await output.check();
  return output;
}
