import { type ChromiumOptions, chromium } from '../chromium';
import { FilmgateError } from '../errors';
import { type CaptureSource, type ThreadsOptions, threads } from '../index';
import { type AnyRows, flagRows, longName } from '../options/describe';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { type Flags, readFlags } from './flags';

/**
 * The source that the argument names: a page if it is a URL or ends in .html or .htm, otherwise a scene.
 *
 * @throws FilmgateError `INVALID_OPTION`, and what `chromium` and `threads` throw
 */
export function sourceOf(argument: string, flags: Flags): CaptureSource {
  if (/^https?:\/\//i.test(argument) || /\.html?$/i.test(argument)) {
    refuse(SCENE_OPTIONS, flags, `${argument} is a page, and this option is for scenes; leave it out`);
    return chromium(argument, readFlags<ChromiumOptions>(PAGE_OPTIONS, flags));
  }
  refuse(PAGE_OPTIONS, flags, `${argument} is a scene, and this option is for pages; leave it out`);
  return threads(argument, readFlags<ThreadsOptions>(SCENE_OPTIONS, flags));
}

function refuse(rows: AnyRows, flags: Flags, why: string): void {
  const wrong = flagRows(rows).find(([name]) => flags[name] !== undefined);
  if (!wrong) return;
  const [option, row] = wrong;
  throw new FilmgateError('INVALID_OPTION', `${longName(row)}: ${why}`, { option, value: flags[option] });
}
