import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FilmgateError, messageOf } from '../../errors';
import { checkScene, type Scene } from './scene';

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts'];

/**
 * Checks that a scene module is there and of a kind that can be loaded.
 *
 * @throws FilmgateError `SCENE_NOT_FOUND`, `SCENE_INVALID`
 */
export function checkScenePath(path: string): void {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new FilmgateError(
      'SCENE_NOT_FOUND',
      `scene: there is no file ${path}; give the path of a scene module`,
    );
  }
  if (EXTENSIONS.includes(extname(path))) return;
  const known = EXTENSIONS.join(', ');
  throw new FilmgateError(
    'SCENE_INVALID',
    `scene: ${path} is no scene module; its name should end in ${known}`,
  );
}

/**
 * Loads a scene module: what it exports by default, or what the function that it exports returns for `params`.
 *
 * @throws FilmgateError `SCENE_INVALID`
 */
export async function loadScene(path: string, params: unknown): Promise<Scene> {
  const exported = unwrap(await load(path));
  const scene = typeof exported === 'function' ? await exported(params) : exported;
  return checkScene(scene, path);
}

async function load(path: string): Promise<unknown> {
  try {
    // TypeScript goes through `require`, where ts-node and its like hook in, and Node ≥ 22.18 strips types.
    return extname(path) === '.ts' ? require(path) : await import(pathToFileURL(path).href);
  } catch (error) {
    const hint =
      extname(path) === '.ts' ? ' (TypeScript needs Node ≥ 22.18, or: node -r ts-node/register)' : '';
    const message = `scene: ${path} cannot be loaded${hint}: ${messageOf(error)}`;
    throw new FilmgateError('SCENE_INVALID', message, { cause: error });
  }
}

/** CommonJS seen through `import`, and compiled ES modules, each wrap the default export once more. */
function unwrap(module: unknown): unknown {
  let inner = module;
  for (let layer = 0; layer < 2; layer += 1) {
    if (typeof inner === 'object' && inner !== null && 'default' in inner) inner = inner.default;
  }
  return inner;
}
