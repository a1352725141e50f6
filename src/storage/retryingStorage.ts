import { setTimeout as pause } from 'node:timers/promises';
import { FilmgateError } from '../errors';
import { debug } from '../process/debug';
import type { Storage } from './storage';

const PAUSES = [250, 1000, 2000, 4000]; // ms

/** A storage that is asked again when it fails: a share that is gone for some seconds costs nobody a segment. */
export function retryingStorage(storage: Storage, pauses: readonly number[] = PAUSES): Storage {
  const retrying =
    <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      for (const milliseconds of pauses) {
        try {
          return await method.apply(storage, args);
        } catch (error) {
          if (!FilmgateError.is(error) || error.code !== 'STORAGE_FAILED') throw error;
          debug('%s; again in %d ms', error.message, milliseconds);
          await pause(milliseconds);
        }
      }
      return method.apply(storage, args);
    };
  return {
    place: storage.place,
    put: retrying(storage.put),
    fetch: retrying(storage.fetch),
    read: retrying(storage.read),
    list: retrying(storage.list),
    remove: retrying(storage.remove),
    close: () => storage.close(),
  };
}
