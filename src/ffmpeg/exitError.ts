import { FilmgateError } from '../errors';
import { describeExit, exitDetails } from '../process/childProcess';
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
  const error = (message: string, failure: 'ENCODE_FAILED' | 'DISK_FULL' | 'FRAMES_LOST' = 'ENCODE_FAILED') =>
    new FilmgateError(failure, message + ownWords(stderr), exitDetails(exit));
  if (saysDiskFull(stderr)) return error(`the disk was full after ${countFrames(frames)}`, 'DISK_FULL');
  if (signal === null && code === null) return error(`FFmpeg ${describeExit(exit)}`);
  if (code !== 0) return error(`FFmpeg ${describeExit(exit)} after ${countFrames(written)}`);
  if (!finished || cause) {
    return error(`FFmpeg stopped by itself after ${countFrames(frames)}, before it had all of them`);
  }
  if (written === 0) return error('no frame was written, so there is no video');
  if (frames === expected) return undefined;
  return error(`FFmpeg was given ${countFrames(written)}, and encoded ${frames}`, 'FRAMES_LOST');
}

/** `1 frame`, `12 frames`. */
export function countFrames(count: number): string {
  return `${count} frame${count === 1 ? '' : 's'}`;
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
