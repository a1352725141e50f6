import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Storage } from '../storage/storage';

/** Where the id of a storage is in it. */
export const ID_KEY = 'filmgate-storage.json';

/** What tells a storage from any other, and shows that it can be written to. */
export async function storageId(storage: Storage): Promise<string> {
  const known = idIn(await storage.read(ID_KEY));
  const id = known ?? randomUUID();
  await storage.put(ID_KEY, { text: JSON.stringify({ id }) });
  return idIn(await storage.read(ID_KEY)) ?? id; // Two may have begun it at the same moment.
}

/** The same, where it was shown before. */
export async function knownStorageId(storage: Storage): Promise<string> {
  return idIn(await storage.read(ID_KEY)) ?? (await storageId(storage));
}

function idIn(text: string | undefined): string | undefined {
  try {
    const { id } = JSON.parse(text ?? '');
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The id of a storage, once `check` accepts it. Two that begin a storage at the same moment may need a second look. */
export async function sameStorageId(storage: Storage, check: (id: string) => Promise<void>): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const id = await storageId(storage);
    try {
      await check(id);
      return id;
    } catch (error) {
      if (tries === 3) throw error;
      await pause(500);
    }
  }
}
