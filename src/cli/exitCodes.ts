import { constants } from 'node:os';
import { type ErrorKind, FilmgateError } from '../errors';

/** What the process tells its parent. */
export const EXIT_CODES = {
  done: 0,
  render: 1,
  usage: 2,
  missing: 3,
  output: 4,
  cancelled: 130,
} as const satisfies Record<ErrorKind | 'done', number>;

/** The exit code of a failure; of a cancellation, that of the signal that asked for it. */
export function exitCodeOf(error: unknown, signal?: NodeJS.Signals): number {
  const kind = FilmgateError.is(error) ? error.kind : 'render';
  return kind === 'cancelled' && signal ? exitCodeOfSignal(signal) : EXIT_CODES[kind];
}

/** By the shell's convention: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
