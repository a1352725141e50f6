import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ThreadsOptions } from '../index';
import { badOption, given, number } from './values';

/** The options that a scene takes and a page does not, as they are typed. */
export interface SceneFlags {
  readonly params?: string;
  readonly setupTimeout?: string;
}

/** Their names, as they are typed. */
export const SCENE_FLAGS: Record<keyof SceneFlags, string> = {
  params: '--params',
  setupTimeout: '--setup-timeout',
};

export function addSceneOptions(command: Command): Command {
  return command
    .optionsGroup('Options of a scene:')
    .option('--params <json>', "the scene's parameters: JSON, or @file, or the path of a .json file")
    .option('--setup-timeout <seconds>', 'how long a scene may take to be set up (default: 60)');
}

/**
 * How the scene is to be run.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function sceneOptions(flags: SceneFlags): ThreadsOptions {
  return given({
    params: flags.params === undefined ? undefined : readParams(flags.params),
    setupTimeout: number('setup-timeout', flags.setupTimeout),
  });
}

function readParams(text: string): unknown {
  const isFile = text.startsWith('@') || text.toLowerCase().endsWith('.json');
  const path = text.replace(/^@/, '');
  try {
    return JSON.parse(isFile ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : text);
  } catch (error) {
    const fix = `give JSON, or the path of a file that holds JSON: ${(error as Error).message}`;
    throw badOption('params', text, fix, error);
  }
}
