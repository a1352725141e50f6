import { readFileSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import { sync } from '../output/publish';
import { textDigest } from '../process/digest';
import type { HeardRun } from '../sound/heardSound';
import type { Segment } from './segment';

/** A segment that was encoded, and found to hold exactly its frames. */
export interface VerifiedSegment extends Segment {
  /** Name of its file, in the folder of the manifest. */
  readonly file: string;
  /** Its size. */
  readonly bytes: number;
  /** The SHA-256 of its content, in hexadecimal. */
  readonly sha256: string;
  /** What its frames told is heard. */
  readonly sound?: readonly HeardRun[];
}

/** What is known of an unfinished render. */
export interface Manifest {
  /** What shapes pixels and encoding, as texts that can be compared. */
  readonly settings: Readonly<Record<string, string>>;
  /** The SHA-256 of each file that the source is made of, by its path. */
  readonly files: Readonly<Record<string, string>>;
  /** All segments of the render, whether they are there or not. */
  readonly segments: readonly Segment[];
  readonly verified: readonly VerifiedSegment[];
  /** The assembled video, from the moment in which it is moved to its place. */
  readonly publishing?: { readonly inode: number; readonly bytes: number };
}

const VERSION = 1;

/**
 * Reads a manifest.
 *
 * @throws FilmgateError `MANIFEST_INVALID` when it is damaged, was edited, or is of another version
 */
export function parseManifest(text: string, path: string): Manifest {
  const { version, digest, ...manifest } = parse(text, path);
  if (version !== undefined && version !== VERSION) {
    throw invalid(path, `has version ${version}, but this Filmgate reads version ${VERSION}`);
  }
  if (digest !== textDigest(JSON.stringify(manifest))) throw invalid(path, 'failed its checksum');
  return manifest as unknown as Manifest;
}

/** The text of the manifest at `path`; undefined when there is none. */
export function manifestText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FilmgateError('MANIFEST_INVALID', `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Writes a manifest: whoever reads it finds the one before or this one, and a power cut leaves one of them. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const digest = textDigest(JSON.stringify(manifest));
  const handle = await open(`${path}.new`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ version: VERSION, digest, ...manifest }, undefined, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(`${path}.new`, path);
  await sync(dirname(path)).catch(() => {}); // Not every system can sync a folder.
}

function parse(text: string, path: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // It was cut short, or is something else.
  }
  throw invalid(path, 'is not a complete manifest');
}

function invalid(path: string, what: string): FilmgateError {
  const fix = '--restart starts over, filmgate clean removes it';
  return new FilmgateError('MANIFEST_INVALID', `${path} ${what}; ${fix}`);
}
