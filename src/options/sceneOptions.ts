import type { ThreadsOptions } from '../capture/threads/threads';
import type { OptionRows } from './optionRow';

/** What a scene accepts and a page does not. */
export const SCENE_OPTIONS = {
  params: {
    flag: '--params <json>',
    parse: 'json',
    help: "the scene's parameters: JSON, @file, or the path of a .json file",
    default: {},
    group: 'Scene options',
  },
  setupTimeout: {
    flag: '--setup-timeout <seconds>',
    parse: 'number',
    help: 'time limit for loading the scene, and again for its setup',
    default: 60,
    group: 'Scene options',
  },
} as const satisfies OptionRows<ThreadsOptions>;
