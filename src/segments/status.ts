import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { WorkDirectory } from '../output/workDirectory';
import { manifestText, parseManifest, type VerifiedSegment } from './manifest';
import type { Segment } from './segment';

/** What there is of an output: the output itself, and an unfinished render of it. */
export interface RenderStatus {
  /** Absolute path of the output. */
  readonly output: string;
  /** Whether the output is there, from whichever render. */
  readonly exists: boolean;
  /** The process that renders it now; undefined when there is none. */
  readonly pid: number | undefined;
  /** What an unfinished render has, or the one that is at work; undefined when there is nothing to resume. */
  readonly unfinished:
    | {
        /** All segments that the video will have. */
        readonly segments: readonly Segment[];
        /** Those that were encoded and verified. */
        readonly verified: readonly VerifiedSegment[];
        /** What it was asked for, as texts. */
        readonly settings: Readonly<Record<string, string>>;
        /** When the last of them was entered. */
        readonly changed: Date;
        /** The folder in which they are. */
        readonly folder: string;
      }
    | undefined;
}

/**
 * Tells what there is of an output.
 *
 * @throws FilmgateError `MANIFEST_INVALID`
 */
export function renderStatus(output: string): RenderStatus {
  const workDirectory = workDirectoryOf(output);
  const text = manifestText(workDirectory.manifest);
  const manifest = text === undefined ? undefined : parseManifest(text, workDirectory.manifest);
  return {
    output: resolve(output),
    exists: existsSync(resolve(output)),
    pid: workDirectory.pid,
    unfinished: manifest && {
      segments: manifest.segments,
      verified: manifest.verified,
      settings: manifest.settings,
      changed: statSync(workDirectory.manifest).mtime,
      folder: workDirectory.folder,
    },
  };
}

/**
 * Removes what unfinished renders of an output have left; the output itself stays. Returns whether there was anything.
 *
 * @throws FilmgateError `OUTPUT_BUSY` when a render is at work on it
 */
export function cleanRender(output: string): boolean {
  return workDirectoryOf(output).clean();
}

/** A PNG sequence comes into being beside its folder. */
function workDirectoryOf(output: string): WorkDirectory {
  const path = resolve(output);
  const isSequence = extname(path).toLowerCase() === '.png' && basename(path).includes('%');
  return new WorkDirectory(isSequence ? dirname(path) : path);
}
