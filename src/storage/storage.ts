import { FilmgateError, messageOf } from '../errors';

/** What a file in storage is made of. */
export type Content =
  | {
      /** Path of the file that is copied. */
      readonly file: string;
    }
  | {
      /** What the file is to hold. */
      readonly text: string;
    };

/**
 * The port of storage: where the machines of a farm keep what they share. Keys are names with slashes; what is put under
 * one appears whole or not at all, and replaces what was there. Every method rejects with `STORAGE_FAILED` or
 * `DISK_FULL`; a missing file is no error.
 */
export interface Storage {
  /** As it was named, to tell people: without credentials. */
  readonly place: string;
  /** Rejects with `CANCELLED` when the signal is aborted before the file is there. */
  put(key: string, content: Content, signal?: AbortSignal): Promise<void>;
  /** Copies a file out of storage to `path`. Returns false where there is none. */
  fetch(key: string, path: string): Promise<boolean>;
  /** The text of a small file; undefined where there is none. */
  read(key: string): Promise<string | undefined>;
  /** All keys that begin so, in their order, and those of what interrupted puts have left there. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes files. Those that are not there are left alone. */
  remove(keys: readonly string[]): Promise<void>;
  /** Lets go of connections. */
  close(): Promise<void>;
}

const KEY = /^\w[\w.-]*(\/[\w.-]+)*$/;

/** A key that names no file outside the storage. Throws `JOB_INVALID` at any other. */
export function checkKey(key: string): string {
  if (KEY.test(key) && !key.split('/').some((name) => /^\.\.?$/.test(name))) return key;
  throw new FilmgateError('JOB_INVALID', `${JSON.stringify(key)} is no name of a file in storage`);
}

/** What went wrong with a storage, as a `STORAGE_FAILED` or `DISK_FULL`. */
export function storageError(place: string, what: string, cause: unknown): FilmgateError {
  if (FilmgateError.is(cause)) return cause;
  if ((cause as Error)?.name === 'AbortError')
    return new FilmgateError('CANCELLED', `storage: it was cancelled to ${what}`, { cause });
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  const message = `storage: ${place} cannot ${what}: ${messageOf(cause)}`;
  return new FilmgateError(isFull ? 'DISK_FULL' : 'STORAGE_FAILED', message, { cause });
}
