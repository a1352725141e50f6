import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** Whether there is a file at a path that this process may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The paths at which the `PATH` of an environment has a program of this name looked for. */
export function pathsOnPath(
  name: string,
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const { delimiter, join } = platform === 'win32' ? win32 : posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, platform === 'win32' ? `${name}.exe` : name));
}
