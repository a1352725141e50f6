import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import type { RenderEvent } from '../frames/events';
import { WorkDirectory } from '../output/workDirectory';
import { digestOf } from '../process/digest';
import { type Manifest, manifestText, parseManifest, type VerifiedSegment } from './manifest';
import { digestsOf } from './manifestStore';

/** What an earlier run has left that a manifest does not say. */
export interface EarlierRun {
  /** The events of segments that are not any more what they were when they were verified. */
  readonly invalid: readonly SegmentInvalid[];
  /** Size of the video in bytes, if the run was killed after it had published the video. */
  readonly publishedBytes: number | undefined;
  /** The manifest's text, which shows whether another run has continued it since. */
  readonly manifestText: string;
}

type SegmentInvalid = Extract<RenderEvent, { type: 'segmentInvalid' }>;

/** What can be used of an earlier run. */
export interface Resumed extends Pick<Manifest, 'files' | 'verified'> {
  readonly earlierRun: EarlierRun;
}

/**
 * Looks at what an earlier run has left, and trusts nothing of it unchecked.
 *
 * @throws FilmgateError `NOTHING_TO_RESUME`, `MANIFEST_INVALID`, `RESUME_CHANGED`
 */
export async function resumeFrom(
  workDirectory: WorkDirectory,
  settings: Manifest['settings'],
  signal: AbortSignal,
): Promise<Resumed> {
  const text = manifestText(workDirectory.manifest);
  if (text === undefined) {
    const message = `resume: found no unfinished render of ${workDirectory.output}; leave --resume out`;
    throw new FilmgateError('NOTHING_TO_RESUME', message);
  }
  const manifest = parseManifest(text, workDirectory.manifest);
  const changes = await changesIn(manifest, settings);
  if (changes.length > 0) {
    const message =
      `resume: the unfinished render of ${workDirectory.output} does not match: ${changes.join('; ')}. ` +
      'Ask for the same again, or start over with --restart';
    throw new FilmgateError('RESUME_CHANGED', message);
  }
  const bytes = publishedBytes(manifest, workDirectory.output);
  const checked = [];
  for (const segment of manifest.verified) {
    // Of a video that is in its place, nobody needs the segments any more.
    const problem = bytes === undefined ? await problemOf(segment, workDirectory, signal) : undefined;
    checked.push({ segment, problem });
  }
  return {
    verified: checked.flatMap(({ segment, problem }) => (problem ? [] : [segment])),
    files: manifest.files,
    earlierRun: {
      invalid: checked.flatMap(({ segment, problem }) => (problem ? [invalidEvent(segment, problem)] : [])),
      publishedBytes: bytes,
      manifestText: text,
    },
  };
}

/** What differs between what was rendered and what is asked for, in words. */
async function changesIn({ settings, files }: Manifest, wanted: Manifest['settings']): Promise<string[]> {
  const names = new Set([...Object.keys(settings), ...Object.keys(wanted)]);
  const changed = [...names].filter((name) => settings[name] !== wanted[name]);
  const now = await digestsOf(Object.keys(files));
  const otherFiles = Object.keys(files).filter((path) => files[path] !== now[path]);
  return [
    ...changed.map((name) => `${name} was ${difference(settings[name], wanted[name])}`),
    ...otherFiles.map((path) => `${path} has changed`),
  ];
}

/** `18, and is 20`: of long texts only what differs, with the word before. */
function difference(was = 'not given', is = 'not given'): string {
  const [before, after] = [was.split(' '), is.split(' ')];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const part = (words: string[]) =>
    words.slice(Math.max(0, start - 1), words.length - end).join(' ') || 'nothing';
  return `${part(before)}, and is ${part(after)}`;
}

/** Whether a killed run has left this output finished, and only its manifest behind. */
export function wasPublished(output: string): boolean {
  const { manifest } = new WorkDirectory(resolve(output));
  const text = manifestText(manifest);
  return text !== undefined && publishedBytes(parseManifest(text, manifest), output) !== undefined;
}

/** The file that was about to be moved keeps its inode when it is. */
function publishedBytes({ publishing }: Manifest, output: string): number | undefined {
  const there = statSync(output, { throwIfNoEntry: false });
  const isIt = publishing && there?.ino === publishing.inode && there.size === publishing.bytes;
  return isIt ? publishing.bytes : undefined;
}

async function problemOf(
  { file, bytes, sha256 }: VerifiedSegment,
  workDirectory: WorkDirectory,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = workDirectory.path(file);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return 'its file is missing';
  if (size !== bytes) return `its file has ${size} bytes instead of ${bytes}`;
  try {
    if ((await digestOf(path, signal)) !== sha256) return 'the content of its file has changed';
  } catch (error) {
    signal.throwIfAborted();
    return `its file cannot be read: ${messageOf(error)}`;
  }
  return undefined;
}

function invalidEvent({ segment, first, count }: VerifiedSegment, problem: string): SegmentInvalid {
  const message = `segment ${segment + 1} is rendered again: ${problem}`;
  return { type: 'segmentInvalid', segment, range: { first, count }, message };
}
