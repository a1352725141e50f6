import { join } from 'node:path';
import { type ChromiumOptions, checkOptions } from '../chromium/chromiumOptions';
import { type PagePreparation, pageSource } from '../chromium/chromiumSession';
import { USUAL_RATE } from '../chromium/describeSource';
import type { CaptureSource } from '../source';
import { compileProject } from './compile';
import { loadCore } from './core';
import { clipKeeper } from './inPage/clips';
import { readClipTimes } from './inPage/clipTimes';
import { mediaPlacer } from './inPage/media';
import { clearBackgrounds, type PlayerSettings, playComposition } from './inPage/player';
import { readVolumes } from './inPage/volumes';
import { findProject } from './project';
import { checkVariables, type Variables } from './variables';

/** How to capture a HyperFrames project. */
export interface HyperframesOptions extends ChromiumOptions {
  /** Values of the variables that its compositions declare, by their ids. */
  readonly variables?: Variables;
}

/**
 * Captures a HyperFrames project in headless Chromium, made into one page by HyperFrames' own compiler and played by its
 * own runtime: the package `@hyperframes/core`, of the project itself if it has it. Nothing is written into the project.
 *
 * @param project - path of its folder, or of an HTML file with `data-composition-id`
 * @throws FilmgateError `PAGE_NOT_FOUND`, `INVALID_OPTION` at once. The render fails with `PACKAGE_MISSING` without that
 * package, with `PAGE_FAILED` where a composition is missing or includes itself, and otherwise as that of `chromium`.
 */
export function hyperframes(project: string, options: HyperframesOptions = {}): CaptureSource {
  const place = findProject(project);
  const { variables: given = {}, ...rest } = options;
  const variables = checkVariables(given);
  const preparation: PagePreparation = {
    isSlow: true,
    async prepare(wanted) {
      const core = await loadCore(place.root);
      const compiled = await compileProject(core, place, variables);
      core.storeCode();
      const { numerator, denominator } = wanted.fps ?? compiled.fps ?? USUAL_RATE;
      return {
        page: join(place.root, 'index.html'),
        document: compiled.html,
        script: playerScript({ fps: numerator / denominator, variables }),
        transparentScript: `(${clearBackgrounds})()`,
        ...(compiled.fps ? { fps: compiled.fps } : {}),
        ...(compiled.duration ? { duration: compiled.duration } : {}),
        countsPartOfFrame: true,
        unsupported: compiled.unsupported,
        identity: {
          settings: { hyperframes: core.version, variables: JSON.stringify(variables) },
          files: [...compiled.files],
        },
      };
    },
  };
  const { root, entry } = place;
  return {
    ...pageSource(preparation, checkOptions(rest)),
    portable: () => ({ kind: 'project', root, entry, options: { ...options } }),
  };
}

/** The script that plays a compiled page: made of functions by their source text, as that of every page is. */
export function playerScript(settings: PlayerSettings): string {
  return `(() => {
  const times = (${readClipTimes})();
  (${playComposition})(${JSON.stringify(settings)}, [(${clipKeeper})(times), (${mediaPlacer})(times, (${readVolumes})(times))]);
})();`;
}
