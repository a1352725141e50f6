import { inspect } from 'node:util';
import type { CommanderError } from 'commander';
import { FilmgateError, messageOf } from '../errors';
import { flagRows, longName } from '../options/describe';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { FARM_OPTIONS } from '../options/farmOptions';
import { HYPERFRAMES_OPTIONS } from '../options/hyperframesOptions';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { PREVIEW_OPTIONS } from '../options/previewOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { colors } from './progress/style';

/** What commander found wrong with the command line, as a FilmgateError. */
export function usageError(error: CommanderError): FilmgateError {
  const isHelp = error.code === 'commander.help'; // No command was given, and the help has been shown.
  const message = isHelp ? 'no command given' : error.message.replace(/^error: /, '');
  return new FilmgateError('INVALID_OPTION', message, { cause: error });
}

/** A failure as a program reads it. What is not a FilmgateError is a bug, and its code says so. */
export function failureOf(thrown: unknown): { code: string; message: string } {
  if (FilmgateError.is(thrown)) return { code: thrown.code, message: withFlag(thrown) };
  return { code: 'UNEXPECTED', message: messageOf(thrown) };
}

/** A failure as a person reads it. Its stack is shown with `FILMGATE_DEBUG=1`. */
export function failureText(thrown: unknown): string {
  const { code, message } = failureOf(thrown);
  const text = `${colors.red('filmgate:')} ${message} ${colors.dim(`(${code})`)}`;
  return process.env.FILMGATE_DEBUG === '1' ? `${text}\n${inspect(thrown)}` : text;
}

const ROWS = {
  ...PREVIEW_OPTIONS,
  ...RENDER_OPTIONS,
  ...PAGE_OPTIONS,
  ...HYPERFRAMES_OPTIONS,
  ...SCENE_OPTIONS,
  ...DISPLAY_OPTIONS,
  ...FARM_OPTIONS,
};
const FLAGS = new Map(flagRows(ROWS).map(([name, row]) => [name, longName(row)]));

/** The message with the option under the name that was typed: `--max-tries: invalid value 0`, not `maxTries: …`. */
function withFlag({ message, option = '' }: FilmgateError): string {
  const flag = FLAGS.get(option);
  return flag && message.startsWith(`${option}:`) ? flag + message.slice(option.length) : message;
}
