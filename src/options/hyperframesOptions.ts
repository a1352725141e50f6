import type { HyperframesOptions } from '../capture/hyperframes/hyperframes';
import type { OptionRows } from './optionRow';

/** What a HyperFrames project accepts beside the options of pages. */
export const HYPERFRAMES_OPTIONS = {
  variables: {
    flag: '--variables <json>',
    parse: 'json',
    help: "values of a HyperFrames composition's variables, as JSON or @file",
    group: 'Page options',
  },
} as const satisfies OptionRows<Pick<HyperframesOptions, 'variables'>>;
