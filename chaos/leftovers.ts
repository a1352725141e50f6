import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where a run's video goes, and what is temporary for it. */
export interface Place {
  readonly output: string;
  readonly temporary: string;
}

/** The folder in which an output comes into being. */
export function workDirectoryOf({ output }: Place): string {
  return join(dirname(output), `.${basename(output)}.filmgate`);
}

/** Whether there is an unfinished render that could be gone on with. */
export function isResumable(place: Place): boolean {
  return existsSync(manifestOf(place));
}

/** What lies where nothing should: in the temporary folder, or beside the output. */
export function strangeFiles(place: Place): string[] {
  const known = [basename(place.output), basename(workDirectoryOf(place))];
  return [...namesIn(place.temporary), ...namesIn(dirname(place.output))].filter(
    (name) => !known.includes(name),
  );
}

/**
 * What is wrong with the folder that a program has left, which ended by itself, and had verified so many segments: it is
 * gone unless there is something to resume, and then holds that and nothing else.
 */
export function workDirectoryProblem(
  place: Place,
  code: number | null,
  verified: number,
): string | undefined {
  const folder = workDirectoryOf(place);
  if (!existsSync(folder)) return undefined;
  const kept = namesIn(folder).sort().join(', ');
  if (code === 0) return `it succeeded, and its folder is left: ${kept}`;
  const segments = isResumable(place) ? segmentsOf(place) : [];
  const isNeeded = segments.length > 0 && kept === ['manifest.json', ...segments].sort().join(', ');
  if (isNeeded && segments.length >= verified) return undefined;
  return `${verified} segments are verified, and its folder holds: ${kept}`;
}

function segmentsOf(place: Place): string[] {
  const manifest = JSON.parse(readFileSync(manifestOf(place), 'utf8'));
  return manifest.verified.map(({ file }: { file: string }) => file);
}

function manifestOf(place: Place): string {
  return join(workDirectoryOf(place), 'manifest.json');
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
