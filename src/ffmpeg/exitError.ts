import { FilmgateError } from '../errors';
import type { Exit } from './ffmpegProcess';

/**
 * Why an FFmpeg that has ended has not made a video of the `written` frames, or undefined if it has. Exit code 0
 * alone proves nothing: FFmpeg also ends so after no frame, after half a frame, and after `-frames:v`. It is to have
 * encoded as many as it was given, unless it is told to make `expected` of them.
 */
export function exitError(
  exit: Exit,
  written: number,
  finished: boolean,
  expected = written,
): FilmgateError | undefined {
  const { code, signal, cause, stderr, frames } = exit;
  const said = ownWords(stderr);
  const fail = (message: string) => new FilmgateError('ENCODE_FAILED', message + said, { cause });
  if (saysDiskFull(stderr)) {
    return new FilmgateError('DISK_FULL', `the disk was full after ${frames} frames were encoded${said}`, {
      cause,
    });
  }
  if (signal) return fail(`FFmpeg was ended by ${signal} after ${written} frames`);
  if (code === null) return fail(`FFmpeg could not be started: ${cause?.message}`);
  if (code !== 0) return fail(`FFmpeg failed with exit code ${code} after ${written} frames`);
  if (!finished || cause)
    return fail(`FFmpeg stopped by itself after ${frames} frames, before it had all of them`);
  if (written === 0) return fail('no frame was written, so there is no video');
  if (frames === expected) return undefined;
  return new FilmgateError('FRAMES_LOST', `FFmpeg was given ${written} frames, and encoded ${frames}${said}`);
}

/** Whether FFmpeg said that the disk is full. */
export function saysDiskFull(stderr: string): boolean {
  return /No space left on device/i.test(stderr);
}

/** The first lines say why, where FFmpeg 7 has each of its threads report after them; the last say what came of it. */
export function ownWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const kept = lines.length > 8 ? [...lines.slice(0, 4), '…', ...lines.slice(-4)] : lines;
  return lines.length === 0 ? '' : `. FFmpeg said:\n${kept.join('\n')}`;
}
