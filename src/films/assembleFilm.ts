import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FilmgateError } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { SOURCE_OPTIONS } from '../options/renderOptions';
import { digestOf } from '../process/digest';
import { assembleVideo } from '../segments/assembleVideo';
import { checkAudioEncoder } from '../segments/audio';
import type { VerifiedSegment } from '../segments/manifest';
import { PageSound } from '../sound/pageSound';
import type { Storage } from '../storage/storage';
import type { Machine } from './environment';
import { filmKeys } from './filmKeys';
import { readPlan } from './filmPlan';
import { readRequest } from './filmRequest';
import { scratch } from './filmSession';
import { inFolder } from './heardMedia';
import { parsed, resultSchema, type StoredVideo } from './schemas';
import { readEntry } from './segmentEntries';
import { unpackSource } from './sourceCache';

/** The finished video of a film, as storage tells of it; undefined where it does not: it is put together again then. */
export async function readResult(storage: Storage, id: string): Promise<StoredVideo | undefined> {
  const text = await storage.read(filmKeys.result(id));
  if (text === undefined) return undefined;
  try {
    return parsed(resultSchema, text, 'the result');
  } catch (error) {
    return noneIfDamaged(error);
  }
}

/**
 * The last step of a film: joins all segments, adds the sound, checks the whole, and puts the video into storage. A
 * segment whose file is not what was entered is removed, for it to be rendered again. The video is
 * `films/<id>/video<extension>` there.
 *
 * @throws FilmgateError `STORAGE_DAMAGED` where a segment is missing or damaged, and has to be rendered again;
 * `FILM_UNKNOWN`, `JOB_INVALID`, `STORAGE_FAILED`, `DISK_FULL`, and what `render` can say of FFmpeg and of sound
 */
export async function assembleFilm(
  storage: Storage,
  id: string,
  machine: Machine,
  signal = new AbortController().signal,
): Promise<StoredVideo> {
  const known = await readResult(storage, id);
  if (known) return known;
  const request = await readRequest(storage, id);
  const plan = await readPlan(storage, id);
  if (!plan) throw new FilmgateError('JOB_INVALID', `film ${id} is put together before it was planned`);
  const work = scratch(machine);
  try {
    const { source, audio, shape, run, extension } = request;
    const folder =
      plan.pageAudio && source.digest ? await unpackSource(storage, source.digest, machine.cache) : '';
    const segments: VerifiedSegment[] = [];
    for (const { segment } of plan.segments) {
      signal.throwIfAborted();
      const { sound, ...entry } = await fetchSegment(storage, id, segment, (name) => work.path(name));
      const heard = sound ? { sound: inFolder(sound, folder) } : {};
      segments.push({ ...entry, ...heard });
    }
    const tracks = [];
    for (const { digest, file, ...track } of audio) {
      tracks.push({ ...track, path: join(await unpackSource(storage, digest, machine.cache), file) });
    }
    const ffmpeg = await findFFmpeg(machine.ffmpeg, signal);
    const encoderTimeout = run.encoderTimeout ?? SOURCE_OPTIONS.encoderTimeout.default;
    const encode = { codec: plan.codec, extension, ffmpeg, encoderTimeout, input: { fps: plan.fps } };
    const tools = { ffmpeg: ffmpeg.path, signal, stallLimit: encoderTimeout };
    const sound = plan.pageAudio ? new PageSound(tools, () => checkAudioEncoder(encode, signal)) : undefined;
    const target = work.path(`film${extension}`);
    const faststart = shape.faststart !== false;
    const files = { segments, path: (name: string) => work.path(name), target };
    await assembleVideo({ encode, range: plan.range, audio: tracks, faststart }, files, sound, signal);
    const { size } = await stat(target);
    const result = { frames: plan.range.count, bytes: size, sha256: await digestOf(target, signal) };
    await storage.put(filmKeys.video(id, extension), { file: target });
    await storage.put(filmKeys.result(id), { text: JSON.stringify(result) });
    return result;
  } finally {
    work.release();
  }
}

async function fetchSegment(storage: Storage, id: string, segment: number, path: (name: string) => string) {
  const entry = await readEntry(storage, id, segment).catch(noneIfDamaged);
  const damaged = async (what: string) => {
    await storage.remove([filmKeys.entry(id, segment), ...(entry ? [filmKeys.segment(id, entry.file)] : [])]);
    const message = `storage: segment ${segment + 1} of film ${id} ${what}, and has to be rendered again`;
    return new FilmgateError('STORAGE_DAMAGED', message);
  };
  if (!entry) throw await damaged('is missing, or its entry is damaged');
  const file = path(entry.file);
  if (!(await storage.fetch(filmKeys.segment(id, entry.file), file)))
    throw await damaged('has lost its file');
  if ((await digestOf(file)) === entry.sha256) return entry;
  await rm(file, { force: true });
  throw await damaged('is not what was verified');
}

function noneIfDamaged(error: unknown): undefined {
  if (!FilmgateError.is(error) || error.code !== 'JOB_INVALID') throw error;
}
