import { closeSync, openSync, writeFileSync } from 'node:fs';
import { lastValueFrom, type Observable, tap } from 'rxjs';
import { FilmgateError, invalidOption, messageOf } from '../errors';
import type { RenderEvent } from '../frames/events';
import { timeline } from '../progress/timeline';
import { bundledPage } from './bundle';
import { reportHtml } from './html';
import { readEvents } from './readEvents';
import { reduce } from './state/reduce';
import { type DashboardState, emptyState } from './state/state';

/**
 * Writes what the dashboard shows at the end of a render as one HTML file, which needs no server: also of a render that
 * failed or was cancelled. Resolves when it is written. Give the render `events: 'all'`.
 *
 * @param path - file to write, which ends in .html; one that is there is replaced
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE` at once; it rejects with `OUTPUT_UNWRITABLE` where the disk is
 * full by then.
 */
export function writeReport(events: Observable<RenderEvent>, path: string): Promise<void> {
  checkReportPath(path);
  const state = emptyState();
  const watched = events.pipe(
    timeline(),
    tap(({ at, event }) => reduce(state, event, at)),
  );
  return lastValueFrom(watched, { defaultValue: undefined }).then(() => saveReport(state, path));
}

/**
 * Checks that a report can be written there: a person should not learn at the end of an hour that it cannot.
 *
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE`
 */
function checkReportPath(path: string): void {
  if (!/\.html?$/i.test(path)) throw invalidOption('report', path, 'give a file that ends in .html');
  attempt(path, () => closeSync(openSync(path, 'a')));
}

/**
 * Writes a report of events that were saved by `--progress-events all`.
 *
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE`
 */
export async function saveReportOf(events: string, path: string): Promise<void> {
  checkReportPath(path);
  saveReport(await readEvents(events), path);
}

/** Writes a state as a report. @throws FilmgateError `OUTPUT_UNWRITABLE` */
function saveReport(state: DashboardState, path: string): void {
  attempt(path, () => writeFileSync(path, reportHtml(bundledPage(), state)));
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const message = `report: ${path} cannot be written: ${messageOf(cause)}`;
    throw new FilmgateError('OUTPUT_UNWRITABLE', message, { option: 'report', value: path, cause });
  }
}
