import type { VerifiedSegment } from '../segments/manifest';
import type { Storage } from '../storage/storage';
import { filmKeys } from './filmKeys';
import { entrySchema, parsed } from './schemas';

/** What storage has of a segment; undefined where it is not done. */
export async function readEntry(
  storage: Storage,
  id: string,
  segment: number,
): Promise<VerifiedSegment | undefined> {
  const text = await storage.read(filmKeys.entry(id, segment));
  return text === undefined ? undefined : parsed(entrySchema, text, `segment ${segment + 1} of film ${id}`);
}

/** Numbers of the segments that are done: their entries are there, and their files. */
export async function doneSegments(storage: Storage, id: string, extension: string): Promise<Set<number>> {
  const files = await storage.list(filmKeys.entries(id));
  const names = files.map((key) => key.slice(filmKeys.entries(id).length));
  const hasFile = new Set(names.filter((name) => name.endsWith(extension)).map((name) => name.split('-')[0]));
  const entered = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
  return new Set(entered.filter((number) => hasFile.has(number)).map((number) => Number(number) - 1));
}
