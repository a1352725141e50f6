import { DISPLAY_OPTIONS, type DisplayOptions } from '../../options/displayOptions';
import { type Flags, readFlags } from '../flags';
import type { Display } from './display';
import { openLineSink } from './lineSink';
import { linesDisplay } from './linesDisplay';
import { ndjsonDisplay } from './ndjsonDisplay';
import { quietDisplay } from './quietDisplay';
import { isTerminal } from './style';

/**
 * The display that was asked for. `--quiet` is for people: it does not silence a stream that a program reads.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function openDisplay(flags: Flags): Display {
  const options = readFlags<DisplayOptions>(DISPLAY_OPTIONS, flags);
  const { quiet, progressFormat, progressEvents, progressFd = DISPLAY_OPTIONS.progressFd.default } = options;
  const sink = openLineSink(progressFd);
  if (progressFormat === 'ndjson') return ndjsonDisplay(sink, progressEvents);
  if (quiet) return quietDisplay();
  if (progressFormat === 'none') return { ...linesDisplay(), planned() {}, update() {}, finished() {} };
  if (!isTerminal) return linesDisplay();
  // Only here: log-update takes a third of the time in which all modules of a render are loaded.
  const { terminalDisplay } = require('./terminalDisplay') as typeof import('./terminalDisplay');
  return terminalDisplay();
}
