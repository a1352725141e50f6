import { inspect } from 'node:util';
import type { CommanderError } from 'commander';
import { FilmgateError } from '../index';
import { colors } from './progress/style';

/** What commander found wrong with the command line, as an error of ours. */
export function usageError(error: CommanderError): FilmgateError {
  const isHelp = error.code === 'commander.help'; // No command was given, and the help has been shown.
  const message = isHelp ? 'no command was given' : error.message.replace(/^error: /, '');
  return new FilmgateError('INVALID_OPTION', message, { cause: error });
}

/** A failure as a program reads it. What is no error of ours is a bug, and says so by its code. */
export function failureOf(thrown: unknown): { code: string; message: string } {
  if (FilmgateError.is(thrown)) return { code: thrown.code, message: thrown.message };
  return { code: 'UNEXPECTED', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** A failure as a person reads it. Where it came from is shown with `FILMGATE_DEBUG=1`. */
export function failureText(thrown: unknown): string {
  const { code, message } = failureOf(thrown);
  const text = `${colors.red('filmgate:')} ${message} ${colors.dim(`(${code})`)}`;
  return process.env.FILMGATE_DEBUG === '1' ? `${text}\n${inspect(thrown)}` : text;
}
