import { chromium } from '../chromium';
import { type CaptureSource, FilmgateError, threads } from '../index';
import { PAGE_FLAGS, type PageFlags, pageOptions } from './pageOptions';
import { SCENE_FLAGS, type SceneFlags, sceneOptions } from './sceneOptions';

/** The options of whatever is captured, as they are typed. */
export type SourceFlags = SceneFlags & PageFlags;

/**
 * What the argument stands for: a page when it is a URL or ends in .html or .htm, or else a scene.
 *
 * @throws FilmgateError `INVALID_OPTION`, and what `chromium` and `threads` throw
 */
export function sourceOf(argument: string, flags: SourceFlags): CaptureSource {
  if (/^https?:\/\//i.test(argument) || /\.html?$/i.test(argument)) {
    refuse(SCENE_FLAGS, flags, `${argument} is a page, and this is for scenes: leave it out`);
    return chromium(argument, pageOptions(flags));
  }
  refuse(PAGE_FLAGS, flags, `${argument} is a scene, and this is for pages: leave it out`);
  return threads(argument, sceneOptions(flags));
}

function refuse(names: Readonly<Record<string, string>>, flags: SourceFlags, why: string): void {
  const wrong = Object.entries(flags).find(([flag, value]) => flag in names && isGiven(flag, value));
  if (wrong) throw new FilmgateError('INVALID_OPTION', `${names[wrong[0]]}: ${why}`);
}

/** `--no-dedupe` is the one that is true when it is not given. */
function isGiven(flag: string, value: unknown): boolean {
  return flag === 'dedupe' ? value === false : value !== undefined;
}
