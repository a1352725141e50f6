import { FilmgateError, messageOf } from '../errors';

/** What the system refused to do with a file on the way to an output: `DISK_FULL` or `OUTPUT_UNWRITABLE`. */
export function diskError(what: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error; // It is something else.
  return new FilmgateError(
    code === 'ENOSPC' ? 'DISK_FULL' : 'OUTPUT_UNWRITABLE',
    `output: ${what}: ${messageOf(error)}`,
    { cause: error },
  );
}
