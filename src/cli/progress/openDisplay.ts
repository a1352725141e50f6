import { number } from '../values';
import type { Display } from './display';
import { openLineSink } from './lineSink';
import { linesDisplay } from './linesDisplay';
import { ndjsonDisplay } from './ndjsonDisplay';
import { quietDisplay } from './quietDisplay';
import { isTerminal } from './style';
import { terminalDisplay } from './terminalDisplay';

/** The options that say how a render is shown. */
export interface DisplayFlags {
  readonly quiet?: boolean;
  readonly progressFormat?: 'tty' | 'ndjson' | 'none';
  readonly progressFd?: string | undefined;
}

/**
 * The display that was asked for. `--quiet` is for people: it does not silence a stream that a program reads.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function openDisplay({ quiet, progressFormat, progressFd }: DisplayFlags): Display {
  const sink = openLineSink(number('progress-fd', progressFd ?? '2'));
  if (progressFormat === 'ndjson') return ndjsonDisplay(sink);
  if (quiet || progressFormat === 'none') return quietDisplay();
  return isTerminal ? terminalDisplay() : linesDisplay();
}
