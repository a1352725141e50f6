import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The SHA-256 of a file's content, in hexadecimal; `before` is hashed first. */
export async function digestOf(path: string, signal?: AbortSignal, before = ''): Promise<string> {
  const hash = createHash('sha256').update(before);
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash, signal ? { signal } : {});
  return hash.digest('hex');
}

/** The SHA-256 of a text, or of several and of bytes, one after the other. */
export function textDigest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
