import { type ChromiumOptions, chromium } from '../chromium';
import { FilmgateError } from '../errors';
import { type HyperframesOptions, hyperframes, isHyperframesProject } from '../hyperframes';
import { type CaptureSource, type ThreadsOptions, threads } from '../index';
import { type AnyRows, flagRows, longName } from '../options/describe';
import { HYPERFRAMES_OPTIONS } from '../options/hyperframesOptions';
import { PAGE_OPTIONS } from '../options/pageOptions';
import { SCENE_OPTIONS } from '../options/sceneOptions';
import { type Flags, readFlags } from './flags';

/**
 * The source that the argument names: a HyperFrames project if it is a folder of one or a file with
 * `data-composition-id`, a page if it is a URL or ends in .html or .htm, otherwise a scene.
 *
 * @throws FilmgateError `INVALID_OPTION`, and what `chromium`, `hyperframes` and `threads` throw
 */
export function sourceOf(argument: string, flags: Flags): CaptureSource {
  const isUrl = /^https?:\/\//i.test(argument);
  const isProject = !isUrl && isHyperframesProject(argument);
  if (isProject || isUrl || /\.html?$/i.test(argument)) {
    refuse(SCENE_OPTIONS, flags, `${argument} is a page, and this option is for scenes; leave it out`);
    const options = readFlags<ChromiumOptions>(PAGE_OPTIONS, flags);
    if (isProject)
      return hyperframes(argument, {
        ...options,
        ...readFlags<Pick<HyperframesOptions, 'variables'>>(HYPERFRAMES_OPTIONS, flags),
      });
    const why = `${argument} is not a HyperFrames project, which alone has variables; leave it out`;
    refuse(HYPERFRAMES_OPTIONS, flags, why);
    return chromium(argument, options);
  }
  const why = `${argument} is a scene, and this option is for pages; leave it out`;
  refuse({ ...PAGE_OPTIONS, ...HYPERFRAMES_OPTIONS }, flags, why);
  return threads(argument, readFlags<ThreadsOptions>(SCENE_OPTIONS, flags));
}

function refuse(rows: AnyRows, flags: Flags, why: string): void {
  const wrong = flagRows(rows).find(([name]) => flags[name] !== undefined);
  if (!wrong) return;
  const [option, row] = wrong;
  throw new FilmgateError('INVALID_OPTION', `${longName(row)}: ${why}`, { option, value: flags[option] });
}
