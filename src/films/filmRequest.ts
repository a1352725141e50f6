import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { PortableSource } from '../capture/source';
import { resolveEncodeOptions } from '../encode/encodeOptions';
import { FilmgateError, invalidOption } from '../errors';
import { FARM_SEGMENT_SECONDS, FARM_THREADS } from '../options/farmOptions';
import { checkRenderOptions } from '../plan/checkOptions';
import type { RenderOptions } from '../plan/renderOptions';
import { textDigest } from '../process/digest';
import type { Storage } from '../storage/storage';
import { filmKeys } from './filmKeys';
import { filesIn } from './listFiles';
import { packSource } from './packSource';
import { checkSceneImports } from './sceneImports';
import { checked, type Environment, type FilmRequest, parsed, requestSchema } from './schemas';

/** What can be asked of a film that many machines render. */
export type FilmOptions = Omit<RenderOptions, 'signal' | 'onClosed'> & {
  /** Files and folders beside the scene that it reads by itself: they are sent as well. */
  readonly include?: readonly string[];
};

/**
 * Checks what can be checked without the source, FFmpeg and a browser.
 *
 * @throws FilmgateError `INVALID_OPTION`, `SOURCE_NOT_PORTABLE`
 */
export function checkFilmOptions(options: FilmOptions): PortableSource {
  const alone = 'is for a render on one machine; leave it out';
  if (options.resume) {
    throw invalidOption(
      'resume',
      true,
      'a film on a farm goes on by itself when it is handed in again; leave it out',
    );
  }
  if (options.restart) throw invalidOption('restart', true, `${alone}, or use filmgate farm clean`);
  if (options.ffmpegArgs) throw invalidOption('ffmpegArgs', 'a function', alone);
  if (options.ffmpeg !== undefined) {
    throw invalidOption('ffmpeg', options.ffmpeg, 'each worker has its own: give it to filmgate worker');
  }
  if ((options.lanes ?? 1) !== 1) throw invalidOption('lanes', options.lanes, alone);
  checkRenderOptions({ ...options, audio: [] });
  if (extname(options.output).toLowerCase() === '.png') {
    throw invalidOption(
      'output',
      options.output,
      'a farm makes one file; choose an mp4, mov, mkv, webm or gif',
    );
  }
  const input = {
    format: { pixels: 'rgba', width: 64, height: 64 },
    fps: { numerator: 1, denominator: 1 },
  } as const;
  resolveEncodeOptions(options, { ...input, first: 0, sourceAlpha: true, repeats: false }, options.output);
  const source = options.source.portable?.();
  if (!source) {
    const message =
      'source: it cannot be sent to other machines; use a scene (threads), a page or a HyperFrames project';
    throw new FilmgateError('SOURCE_NOT_PORTABLE', message);
  }
  if (source.options.browser !== undefined) {
    throw invalidOption(
      'browser',
      source.options.browser,
      'each worker has its own: give it to filmgate worker',
    );
  }
  return source;
}

/**
 * Puts all that a film needs into storage, and its request last. Returns the film's id, the same for the same film.
 *
 * @throws FilmgateError `INVALID_OPTION`, `SOURCE_NOT_PORTABLE`, `SOURCE_CHANGED`, `AUDIO_INVALID`, `STORAGE_FAILED`,
 * `DISK_FULL`
 */
export async function storeFilm(
  storage: Storage,
  options: FilmOptions,
  environment: Environment,
  signal?: AbortSignal,
): Promise<string> {
  const source = checkFilmOptions(options);
  const { audio } = checkRenderOptions(options);
  const tracks = [];
  for (const { path, offset = 0, volume = 1 } of audio) {
    const [root, file] = [dirname(resolve(path)), basename(path)];
    const digest = await packSource(storage, root, [file], signal).catch((cause) => {
      if (cause.code !== 'SOURCE_CHANGED') throw cause;
      throw new FilmgateError('AUDIO_INVALID', `audio: there is no file ${resolve(path)}`, { cause });
    });
    tracks.push({ digest, file, offset, volume });
  }
  const request = checked(
    requestSchema,
    JSON.parse(
      JSON.stringify({
        version: 1,
        environment,
        source: await storeSource(storage, source, options, signal),
        audio: tracks,
        extension: extname(options.output).toLowerCase(),
        shape: shapeOf(options),
        run: runOf(options),
      }),
    ),
    'the request',
  );
  const id = filmIdOf(request);
  await storage.put(filmKeys.request(id), { text: JSON.stringify(request) });
  return id;
}

/** A film's id: a digest of all that its frames and its file depend on, and of nothing else. */
export function filmIdOf({ run: _, ...film }: FilmRequest): string {
  return textDigest(JSON.stringify(film)).slice(0, 32);
}

const AGAIN = 'hand the film in again';

/** @throws FilmgateError `FILM_UNKNOWN`, `JOB_INVALID` */
export async function readRequest(storage: Storage, id: string): Promise<FilmRequest> {
  const text = await storage.read(filmKeys.request(id));
  if (text === undefined) {
    throw new FilmgateError('FILM_UNKNOWN', `film ${id} is not in ${storage.place}; ${AGAIN}`);
  }
  const request = parsed(requestSchema, text, `the request of film ${id}`, AGAIN);
  if (filmIdOf(request) === id) return request;
  throw new FilmgateError('JOB_INVALID', `the request of film ${id} is another film's; ${AGAIN}`);
}

async function storeSource(
  storage: Storage,
  { kind, root, files, entry, options }: PortableSource,
  { output, include = [] }: FilmOptions,
  signal?: AbortSignal,
): Promise<FilmRequest['source']> {
  if (root === undefined) return { kind, digest: null, entry, options };
  if (kind === 'scene') checkSceneImports(root, files ?? []);
  const base = kind === 'scene' ? packageFolder(root) : root;
  const fromBase = (file: string) => relative(base, join(root, file)).split(sep).join('/');
  const sent = new Set((files ?? filesIn(root, [resolve(output)])).map(fromBase));
  for (const file of include.flatMap((path) => included(base, path))) sent.add(file);
  if (kind === 'scene' && existsSync(join(base, 'package.json'))) sent.add('package.json');
  const digest = await packSource(storage, base, [...sent].sort(), signal);
  return { kind, digest, entry: fromBase(entry), options };
}

/** The nearest folder with a `package.json`, which says what kind of modules files are; the folder itself without. */
function packageFolder(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return root;
  }
}

function included(base: string, path: string): string[] {
  const from = relative(base, resolve(path)).split(sep).join('/');
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || from.split('/')[0] === '..' || isAbsolute(from)) {
    throw invalidOption('include', path, `give files or folders in ${base}`);
  }
  const within = (file: string) => (from === '' ? file : `${from}/${file}`);
  return stats.isFile() ? [from] : filesIn(resolve(path)).map(within);
}

function shapeOf(options: FilmOptions): FilmRequest['shape'] {
  const { size, fps, duration, frames, codec, crf, bitrate, preset, pixelFormat, alpha } = options;
  const { threads = FARM_THREADS, segment = `${FARM_SEGMENT_SECONDS}s`, faststart, pageAudio } = options;
  return {
    ...{ size, fps, duration, frames, codec, crf, bitrate, preset, pixelFormat, alpha },
    ...{ threads, segment, faststart, pageAudio },
  };
}

function runOf(options: FilmOptions): FilmRequest['run'] {
  const { workers, window, memory, maxTries, frameTimeout, encoderTimeout } = options;
  return { workers, window, memory, maxTries, frameTimeout, encoderTimeout };
}
